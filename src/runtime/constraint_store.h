// Constraints that a model has used, kept for the next job with the same pattern.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "runtime/constraint.h"

namespace fathom {

// Threads: concurrent calls are fine.
class ConstraintStore {
 public:
  static constexpr size_t kKept = 8;  // each up to Constraint::kMaskBytes and its expressions

  // Borrows the tokenizer.
  explicit ConstraintStore(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  // The constraint of `pattern`; one that is no longer kept stays alive for those who have it. The
  // first call prepares the vocabulary: some 100 ms for 150,000 tokens.
  std::shared_ptr<Constraint> Get(const Pattern& pattern);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<Constraint> constraint;
  };

  const Tokenizer& tokenizer_;
  std::mutex mutex_;  // guards what follows
  std::shared_ptr<const TokenTries> tries_;
  std::list<Entry> entries_;  // most recently used first
};

}  // namespace fathom
