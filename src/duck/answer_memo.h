// Every input that a query has met, once, with its answer when there is one: the same input to the
// same task asks the model once in a query, whatever operator, column or thread it comes from.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "semantic/task.h"

namespace fathom {

// Threads: `answer` is written once, before `ready` becomes true; read it only after.
class MemoEntry {
 public:
  explicit MemoEntry(std::span<const std::string_view> input)
      : input_(input.begin(), input.end()) {}

  bool ready() const { return ready_.load(std::memory_order_acquire); }
  // REQUIRES ready()
  const Result<Answer>& answer() const {
    FATHOM_ASSERT(ready());
    return *answer_;
  }
  // Was it there before this query? REQUIRES ready()
  bool from_ledger() const { return from_ledger_; }
  const std::vector<std::string>& input() const { return input_; }

  // REQUIRES !ready(); one thread at a time.
  void SetAnswer(Result<Answer> answer, bool from_ledger);

 private:
  std::atomic<bool> ready_{false};
  bool from_ledger_ = false;
  std::optional<Result<Answer>> answer_;
  const std::vector<std::string> input_;
};

// Entries by their input, in a hash table with linear probing: a million rows look theirs up here,
// and this takes half the time of std::unordered_map.
// Threads: one at a time.
class MemoIndex {
 public:
  static uint64_t Hash(std::span<const std::string_view> input);

  // Null = not there. REQUIRES hash == Hash(input)
  MemoEntry* Find(uint64_t hash, std::span<const std::string_view> input) const;
  // REQUIRES there is none with this input
  void Insert(uint64_t hash, MemoEntry* entry);
  // Likely the entry that Find(hash, ...) returns.
  MemoEntry* Guess(uint64_t hash) const;
  // Tells the processor that Guess(hash) comes soon.
  void Prefetch(uint64_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }

 private:
  struct Slot {
    uint64_t hash = 0;
    MemoEntry* entry = nullptr;  // null = free
  };
  void Place(Slot slot);

  size_t size_ = 0;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);  // a power of two, at most half full
};

// The inputs of one task on one model.
// Threads: every member may be called concurrently.
class MemoTable {
 public:
  // The entry of `input`, made at its first occurrence. The pointer lives as long as the table.
  // REQUIRES hash == MemoIndex::Hash(input)
  MemoEntry* Intern(uint64_t hash, std::span<const std::string_view> input);

  // Answers that were not made by this query, at most `max`.
  std::vector<const Result<Answer>*> FromLedger(size_t max);

 private:
  std::mutex mutex_;
  std::deque<MemoEntry> entries_;
  MemoIndex index_;
};

// One thread's way into a table: what it has met before, it finds without the table's lock.
// Threads: one at a time.
class MemoReader {
 public:
  explicit MemoReader(MemoTable& table) : table_(&table) {}

  // Appends the entry of each input; null for one of no parts. The inputs lie side by side in
  // `parts`, the i-th has sizes[i] of them.
  void Intern(std::span<const std::string_view> parts, std::span<const size_t> sizes,
              std::vector<MemoEntry*>* entries);

  // All that were met, each once.
  const std::vector<MemoEntry*>& met() const { return met_; }

 private:
  MemoEntry* Find(uint64_t hash, MemoEntry* guess, std::span<const std::string_view> input);

  MemoTable* table_;
  MemoIndex index_;
  std::vector<MemoEntry*> met_;
  // Of the inputs at hand:
  std::vector<uint64_t> hashes_;
  std::vector<MemoEntry*> guesses_;
};

// The tables of one query, by task identity (AiCall::identity).
// Threads: as MemoTable. Clear only when nobody holds an entry.
class AnswerMemo {
 public:
  MemoTable& Table(const std::string& identity);
  void Clear();

 private:
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<MemoTable>> tables_;
};

}  // namespace fathom
