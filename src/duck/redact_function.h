// ai_redact: registration and binding.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

// By rule a plain function; where a category needs a model, a call of one as every ai_* is.
void RegisterRedactFunction(duckdb::ExtensionLoader& loader);

}  // namespace fathom
