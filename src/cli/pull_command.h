// `fathom model pull` as a command: progress, messages, exit status.
#pragma once

#include "cli/options.h"
#include "llm/model_registry.h"

namespace fathom {

// A name of the catalogue hands over to scripts/fetch_model, which knows packages and hashes from
// deps.lock: this process then becomes that script. Otherwise returns the exit status.
int RunPull(const Options& options, const ModelRegistry& registry);

}  // namespace fathom
