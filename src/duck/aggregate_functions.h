// ai_agg and ai_summarize_agg: registration and binding.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

// DuckDB binds them as aggregates, with FILTER, DISTINCT and ORDER BY; aggregate_rule.h then puts
// another plan in their place, and their own bodies only say that it did not.
void RegisterAggregateFunctions(duckdb::ExtensionLoader& loader);

}  // namespace fathom
