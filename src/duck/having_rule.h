// HAVING: rows of groups that an ordinary condition drops need no answers.
#pragma once

#include "duck/deferred.h"

namespace fathom {

// If `filter` stands on a GROUP BY whose aggregates hold calls: the conditions that read other
// aggregates only are applied to the rows below, too, each aggregate computed as a window over its
// group. Only aggregates that give the same value in any order of their rows. What the filter does
// stays.
void DropGroupsEarly(WholePlan plan, duckdb::LogicalOperator& filter);

}  // namespace fathom
