#include "runtime/constraint_store.h"

#include <algorithm>

namespace fathom {

std::shared_ptr<Constraint> ConstraintStore::Get(const Pattern& pattern) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(entries_, pattern.key(), &Entry::key);
  if (found != entries_.end() && found->constraint->full()) {
    entries_.erase(found);
  } else if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().constraint;
  }
  if (!tries_) tries_ = std::make_shared<const TokenTries>(tokenizer_);
  entries_.push_front({pattern.key(), std::make_shared<Constraint>(pattern, tries_, tokenizer_)});
  if (entries_.size() > kKept) entries_.pop_back();
  return entries_.front().constraint;
}

}  // namespace fathom
