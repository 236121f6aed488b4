// DuckDB's own pushdown of predicates, before our rules and for ordinary predicates only: products
// become joins and IN becomes a semi join, so that our rules see plain shapes. Predicates with
// ai_* calls keep their place.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

void PushOrdinaryPredicates(duckdb::Optimizer& optimizer,
                            duckdb::unique_ptr<duckdb::LogicalOperator>& plan);

}  // namespace fathom
