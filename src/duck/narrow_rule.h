// Fewer rows for calls that no rule can pull up (pull_rule.h), because GROUP BY, DISTINCT, a set
// operation or a window stands above them. Rows that would be dropped further up are dropped below:
//   A JOIN (... GROUP BY k) USING (k)      groups that join nothing are not computed: the rows of
//                                          each are kept only if their k occurs in A, also for the
//                                          right side of a LEFT, SEMI or ANTI JOIN
//   (... GROUP BY k) SEMI JOIN A           is (... SEMI JOIN A) GROUP BY k; likewise ANTI (not past
//                                          set operations)
//   HAVING count(*) > 5                    rows of groups that an ordinary condition drops go
//                                          before the other aggregates are computed: the condition
//                                          is applied to windows of the groups, too
//
// Pass    projections of plain columns, filters, ORDER BY, inner joins, the left side of other
//         joins; GROUP BY, DISTINCT and windows if every key is one of theirs; set operations
// Stop    everything else
#pragma once

#include "duck/deferred.h"

namespace fathom {

void NarrowCalls(duckdb::Binder& binder, OperatorPtr& plan);

}  // namespace fathom
