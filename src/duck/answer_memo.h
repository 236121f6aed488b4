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
  MemoEntry(std::string_view key, size_t number) : number_(number), key_(key) {}

  bool ready() const { return ready_.load(std::memory_order_acquire); }
  // REQUIRES ready()
  const Result<Answer>& answer() const {
    FATHOM_ASSERT(ready());
    return *answer_;
  }
  // Was it there before this query? REQUIRES ready()
  bool from_ledger() const { return from_ledger_; }
  // How many entries its table had before it.
  size_t number() const { return number_; }
  // The input, as EncodeInput makes one text of it.
  const std::string& key() const { return key_; }

  // REQUIRES !ready(); one thread at a time.
  void SetAnswer(Result<Answer> answer, bool from_ledger);

 private:
  std::atomic<bool> ready_{false};
  bool from_ledger_ = false;
  std::optional<Result<Answer>> answer_;
  const size_t number_;
  const std::string key_;
};

// Entries by their key, in a hash table with linear probing: a million rows look theirs up here,
// and this takes half the time of std::unordered_map.
// Threads: one at a time.
class MemoIndex {
 public:
  static uint64_t Hash(std::string_view key);

  // Null = not there. REQUIRES hash == Hash(key)
  MemoEntry* Find(uint64_t hash, std::string_view key) const;
  // REQUIRES there is none with this key
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
  // The entry of `key`, made at its first occurrence. The pointer lives as long as the table.
  // REQUIRES hash == MemoIndex::Hash(key)
  MemoEntry* Intern(uint64_t hash, std::string_view key);

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

  // Appends the entry of each key; null for none, a row whose input is NULL.
  void Intern(std::span<const std::optional<std::string_view>> keys,
              std::vector<MemoEntry*>* entries);

  // All that were met, each once.
  const std::vector<MemoEntry*>& met() const { return met_; }

 private:
  MemoEntry* Find(uint64_t hash, MemoEntry* guess, std::string_view key);

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
