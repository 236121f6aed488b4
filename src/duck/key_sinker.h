// How far down the plan rows can be dropped by some of their columns.
#pragma once

#include <optional>
#include <vector>

#include "duck/deferred.h"

namespace fathom {

// Rows of `*place` may be dropped by what `keys`, expressions over its columns, are.
struct KeyPlace {
  OperatorPtr* place;
  std::vector<ExpressionPtr> keys;
};

// The lowest places in the subtree where dropping rows by `keys` does what dropping them on top
// does; one in each branch of a set operation. Only those on the way to which stand a GROUP BY,
// DISTINCT, set operation or window and, there or below it, a call, which then sees fewer rows.
// The plan is not changed. REQUIRES `keys` without calls, not volatile, unable to fail
std::vector<KeyPlace> SinkKeys(OperatorPtr& top, std::vector<ExpressionPtr> keys);

// The one such place where rows can be dropped instead of on top: set operations are not passed.
std::optional<KeyPlace> SinkKeysWhole(OperatorPtr& top, std::vector<ExpressionPtr> keys);

}  // namespace fathom
