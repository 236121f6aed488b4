// The ai_* functions that a language model answers: registration and binding.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

void RegisterAiFunctions(duckdb::ExtensionLoader& loader);

}  // namespace fathom
