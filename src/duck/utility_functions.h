// ai_count_tokens, and stub_calls for tests.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

void RegisterUtilityFunctions(duckdb::ExtensionLoader& loader);

}  // namespace fathom
