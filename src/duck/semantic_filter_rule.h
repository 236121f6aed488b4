// Filters on answers that stand one above the other become one SemanticFilter, which may run them
// in another order: where each reads only its own answers and columns of the common input, and
// none can fail on a row that another one drops.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

void FuseFilters(duckdb::unique_ptr<duckdb::LogicalOperator>& plan);

}  // namespace fathom
