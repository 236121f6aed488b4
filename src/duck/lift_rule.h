// The optimizer rule that takes ai_* calls out of expressions and puts SemanticMap operators into
// the plan.
//
// Before DuckDB's optimizer, bottom-up, for every operator with ai_* calls:
//   1. a filter is split: ordinary conjuncts go into a filter of their own below, ai_* conjuncts
//      stay above, one after the other, so that each sees only the rows the ones before let pass;
//   2. a SemanticMap is put between the operator and its child, one column per distinct call; a
//   call
//      whose column already comes up from below is not evaluated again, and one whose value matters
//      only under a condition (call_finder.h) is evaluated under that condition;
//   3. the call is replaced by a reference to its column.
// Then late_rule.h moves what it can below the maps. DuckDB's optimizer works below and above the
// SemanticMaps and pushes nothing through them, so that the model sees only what ordinary
// predicates and joins leave.
//
// Calls in places that the rule does not know (an outer join's condition on both sides, a lambda)
// stay in their expression. They are evaluated by the function's body, a vector at a time, and
// EXPLAIN marks them "[evaluated in place]".
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

void RegisterLiftRule(duckdb::DatabaseInstance& database);

}  // namespace fathom
