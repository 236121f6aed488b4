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
#include <utility>
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

  // Was it `reader` that called this last? A quick no to "have I seen this?"; yes is certain.
  bool SeenBy(const void* reader) { return std::exchange(reader_, reader) == reader; }

 private:
  std::atomic<bool> ready_{false};
  bool from_ledger_ = false;
  const void* reader_ = nullptr;  // one thread at a time
  std::optional<Result<Answer>> answer_;
  const std::vector<std::string> input_;
};

// The inputs of one task on one model, in a hash table with linear probing: a million rows look
// theirs up here, and this takes half the time of std::unordered_map.
// Threads: any number of Access objects, one after the other.
class MemoTable {
 public:
  // Holds the table's lock.
  class Access {
   public:
    explicit Access(MemoTable& table) : table_(table), lock_(table.mutex_) {}

    // The entry of `input`, made at its first occurrence. The pointer lives as long as the table.
    MemoEntry* Intern(std::span<const std::string_view> input);

   private:
    MemoTable& table_;
    std::lock_guard<std::mutex> lock_;
  };

  // Answers that were not made by this query, at most `max`.
  std::vector<const Result<Answer>*> FromLedger(size_t max);

 private:
  struct Slot {
    uint64_t hash = 0;
    MemoEntry* entry = nullptr;  // null = free
  };
  Slot& Find(uint64_t hash, std::span<const std::string_view> input);
  void Grow();

  std::mutex mutex_;
  std::deque<MemoEntry> entries_;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);  // a power of two, at most half full
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
