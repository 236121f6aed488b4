// What else makes the model see fewer rows, once the SemanticMaps stand in the plan. A SemanticMap
// neither adds nor removes nor reorders rows, so filters, sorting and LIMIT pass through it freely.
#pragma once

#include <vector>

#include "duck/duckdb_api.h"
#include "duck/semantic_map.h"

namespace fathom {

// Before DuckDB's optimizer: moves below the maps
//   predicates that read no answer,
//   the sorting of an ORDER BY ... LIMIT that reads no answer, together with filters on answers:
//   evaluation then goes in that order and ends when the limit is reached,
//   a LIMIT itself.
void PlaceLate(duckdb::Optimizer& optimizer, duckdb::unique_ptr<duckdb::LogicalOperator>& plan);

// After DuckDB's optimizer: drops calls whose column nothing reads, and tells
// maps that a LIMIT may stop early to read their input bit by bit.
void FinishMaps(duckdb::unique_ptr<duckdb::LogicalOperator>& plan);

}  // namespace fathom
