// For tests, where FATHOM_STUB names a script: every ai_x once more as stub_x, an ordinary DuckDB
// function with the same arguments and answers that knows nothing of this folder's rules. It is not
// lifted into the plan and remembers nothing, so it shows what a query means and what DuckDB's own
// plan of it costs.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

// Also stub_rows(): how many rows stub_x functions have evaluated in this process, NULL and blank
// inputs excluded. REQUIRES RegisterAiFunctions before; nothing happens without FATHOM_STUB.
void RegisterStubFunctions(duckdb::ExtensionLoader& loader);

}  // namespace fathom
