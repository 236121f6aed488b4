// Filters on answers that stand one above the other become one SemanticFilter, which may run them
// in another order: where each reads only its own answers and columns of the common input, and
// none can fail on a row that another one drops.
//
// On the inner side of semi, anti and mark joins (EXISTS, IN) a filter on answers, also a single
// one, ends with the first row of each key that passes: more rows of a key change nothing there.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

void FuseFilters(duckdb::unique_ptr<duckdb::LogicalOperator>& plan);

}  // namespace fathom
