// `fathom source`: which sources there are, installing and removing one.
#pragma once

#include "cli/options.h"
#include "llm/model_registry.h"

namespace fathom {

// The folder below which DuckDB looks for the extensions of installed sources.
std::string DefaultSourcesDir();

// Installs options.source. A known name or a wheel hands over to scripts/fetch_source, which knows
// packages and hashes from deps.lock: this process then becomes that script. An extension file is
// copied once DuckDB has loaded it, which checks signature, version and platform. Otherwise returns
// the exit status.
int RunSourceAdd(const Options& options, ModelRegistry* registry);

// Removes options.source; returns the exit status.
int RunSourceRemove(const Options& options);

}  // namespace fathom
