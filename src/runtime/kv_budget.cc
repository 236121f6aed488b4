#include "runtime/kv_budget.h"

#include "base/assert.h"

namespace fathom {

KvShare::KvShare(KvBudget& budget) : budget_(budget) {
  const std::lock_guard lock(budget_.mutex_);
  ++budget_.shares_;
}

KvShare::~KvShare() {
  const std::lock_guard lock(budget_.mutex_);
  budget_.used_ -= held_;
  --budget_.shares_;
}

bool KvShare::TryTake(int64_t bytes) {
  const std::lock_guard lock(budget_.mutex_);
  const bool fits =
      budget_.used_ + bytes <= budget_.limit_ && held_ + bytes <= budget_.limit_ / budget_.shares_;
  if (held_ > 0 && !fits) return false;
  budget_.used_ += bytes;
  held_ += bytes;
  return true;
}

void KvShare::GiveBack(int64_t bytes) {
  FATHOM_ASSERT(bytes <= held_);
  const std::lock_guard lock(budget_.mutex_);
  budget_.used_ -= bytes;
  held_ -= bytes;
}

}  // namespace fathom
