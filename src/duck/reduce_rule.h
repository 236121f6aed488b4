// Joins whose inner side asks the model: only about rows, or pairs of rows, that join.
//
// Both rules make the join a duplicate-eliminated one, as DuckDB plans correlated subqueries: the
// outer side's rows are kept, the distinct values of some of its columns are read on the inner
// side (a DELIM_GET). Nothing is computed twice and no pairs are kept.
#pragma once

#include "duck/deferred.h"

namespace fathom {

// Left, semi, anti and mark joins on equal keys: the right side keeps only rows whose keys occur on
// the left. For a mark join (IN) that is also rows with a NULL key, and all of them if the left
// side has a NULL: IN is NULL then, not false. Other joins stay as they are.
void ReduceRightSide(WholePlan plan, duckdb::LogicalJoin& join);

// Hides the DELIM_GETs of `side`, where it asks the model, from DuckDB's Deliminator. It would
// replace a join with one by the other side alone: equal in rows, not in calls.
void KeepOuterValues(WholePlan plan, OperatorPtr& side);

// Left, semi and anti joins with ai_* calls in their condition:
//   L LEFT JOIN R ON ordinary(L, R) AND ai(L, R)   becomes
//   L LEFT JOIN (D JOIN R ON ordinary(D, R), where ai(D, R)) ON L.c IS NOT DISTINCT FROM D.c
// with D the distinct values of the columns c of L that the condition reads. The predicates with
// calls go to `right`, to be placed above the inner join.
// Returns false, with nothing changed, where that is not possible.
bool LiftCondition(WholePlan plan, OperatorPtr& place, Deferred* right);

}  // namespace fathom
