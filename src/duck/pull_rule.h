// Pulls ai_* calls up the plan, before lift_rule.h makes operators of them, so that they are
// evaluated where joins, filters and limits have left fewer rows:
//   a column with a call, computed in a subquery, view or CTE, is computed where it is read: its
//   projection hands up the call's arguments instead;
//   a predicate with a call inside a subquery is applied above the joins that can drop rows.
//
// Pass            projections, filters, ORDER BY, inner joins, the left side of left, semi, anti
//                 and mark joins, cross products, CTEs (every reader computes what it reads)
// Columns also    LIMIT, DISTINCT ON, windows, UNNEST; the side that an outer join fills with
// NULLs, if NULL
//                 arguments make a NULL column
// Stop            everything else: there they are computed as if nothing had happened
//
// Never moved     an expression that is volatile apart from its calls; a predicate past expressions
//                 that can fail, which would then see rows it keeps away
// On the way joins are changed so that their inner side needs fewer answers (reduce_rule.h).
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

void PullCalls(duckdb::Binder& binder, duckdb::unique_ptr<duckdb::LogicalOperator>& plan);

}  // namespace fathom
