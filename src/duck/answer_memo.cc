#include "duck/answer_memo.h"

#include <functional>
#include <utility>

#include "base/assert.h"

namespace fathom {

const Result<Answer>& MemoEntry::answer() const {
  FATHOM_ASSERT(ready());
  return *answer_;
}

void MemoEntry::SetAnswer(Result<Answer> answer, bool from_ledger) {
  FATHOM_ASSERT(!ready());
  from_ledger_ = from_ledger;
  answer_.emplace(std::move(answer));
  ready_.store(true, std::memory_order_release);
}

size_t MemoTable::HashInput::operator()(const std::vector<std::string>& input) const {
  size_t hash = input.size();
  for (const std::string& part : input) {
    // boost's hash_combine: 2^32 over the golden ratio spreads small differences.
    hash ^= std::hash<std::string>{}(part) + 0x9e3779b9 + (hash << 6) + (hash >> 2);
  }
  return hash;
}

MemoEntry* MemoTable::Intern(std::vector<std::string> input) {
  std::lock_guard lock(mutex_);
  auto [position, is_new] = entries_.try_emplace(std::move(input));
  if (is_new) position->second.input_ = &position->first;
  return &position->second;
}

std::vector<const Result<Answer>*> MemoTable::FromLedger(size_t max) {
  std::lock_guard lock(mutex_);
  std::vector<const Result<Answer>*> answers;
  for (const auto& [input, entry] : entries_) {
    if (answers.size() == max) break;
    if (entry.ready() && entry.from_ledger()) answers.push_back(&entry.answer());
  }
  return answers;
}

MemoTable& AnswerMemo::Table(const std::string& identity) {
  std::lock_guard lock(mutex_);
  std::unique_ptr<MemoTable>& table = tables_[identity];
  if (!table) table = std::make_unique<MemoTable>();
  return *table;
}

void AnswerMemo::Clear() {
  std::lock_guard lock(mutex_);
  tables_.clear();
}

}  // namespace fathom
