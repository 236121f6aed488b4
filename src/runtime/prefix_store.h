// Computed prompts, kept for the next job that begins with the same tokens.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/run_context.h"
#include "runtime/engine.h"

namespace fathom {

// Threads: concurrent calls are fine. Two that miss the same prefix at once both compute it, to the
// same bits; the first to finish is kept.
class PrefixStore {
 public:
  // A prefix is always computed in pieces of this size from its first token on: how it is cut is
  // part of its bits, and so they are the same whether it was stored or not.
  static constexpr int64_t kChunkTokens = 256;

  // Keeps the most recently used prefixes while their keys and values fit `capacity_bytes`, and
  // always the last one. `engine` is borrowed.
  PrefixStore(Engine* engine, int64_t capacity_bytes);

  // The sequence that holds exactly `tokens`; shared and never appended to.
  // REQUIRES !tokens.empty()
  // Errors  kCancelled, kDeadline: nothing is stored.
  Result<std::shared_ptr<const Sequence>> Get(std::span<const TokenId> tokens,
                                              const RunContext& context);

  // Would Get find it, and compute nothing?
  bool Has(std::span<const TokenId> tokens);

 private:
  struct Entry {
    std::vector<TokenId> tokens;
    std::shared_ptr<const Sequence> sequence;
  };
  // REQUIRES mutex_ is held; null = not stored
  std::shared_ptr<const Sequence> Find(std::span<const TokenId> tokens);
  std::shared_ptr<const Sequence> Keep(Entry entry);
  int64_t Bytes(const Entry& entry) const;

  Engine* engine_;
  int64_t capacity_bytes_;
  std::mutex mutex_;          // guards what follows
  std::list<Entry> entries_;  // most recently used first
  int64_t bytes_ = 0;
};

}  // namespace fathom
