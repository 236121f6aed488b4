// Every input that a query has met, once, with its answer when there is one: the same input to the
// same task asks the model once in a query, whatever operator, column or thread it comes from.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "semantic/task.h"

namespace fathom {

// Threads: `answer` is written once, before `ready` becomes true; read it only after.
class MemoEntry {
 public:
  bool ready() const { return ready_.load(std::memory_order_acquire); }
  // REQUIRES ready()
  const Result<Answer>& answer() const;
  // Was it there before this query? REQUIRES ready()
  bool from_ledger() const { return from_ledger_; }
  const std::vector<std::string>& input() const { return *input_; }

  // REQUIRES !ready(); one thread at a time.
  void SetAnswer(Result<Answer> answer, bool from_ledger);

 private:
  friend class MemoTable;
  const std::vector<std::string>* input_ = nullptr;  // the key in the table that holds this entry
  std::optional<Result<Answer>> answer_;
  bool from_ledger_ = false;
  std::atomic<bool> ready_{false};
};

// The inputs of one task on one model.
// Threads: Intern may be called concurrently.
class MemoTable {
 public:
  // The entry of `input`, made at its first occurrence. The pointer lives as long as the table.
  MemoEntry* Intern(std::vector<std::string> input);

  // Answers that were not made by this query, at most `max`.
  std::vector<const Result<Answer>*> FromLedger(size_t max);

 private:
  struct HashInput {
    size_t operator()(const std::vector<std::string>& input) const;
  };
  std::mutex mutex_;
  std::unordered_map<std::vector<std::string>, MemoEntry, HashInput> entries_;
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
