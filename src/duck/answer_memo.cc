#include "duck/answer_memo.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace fathom {
namespace {

uint64_t Hash(std::span<const std::string_view> input) {
  uint64_t hash = input.size();
  for (const std::string_view part : input) {
    hash = XXH3_64bits_withSeed(part.data(), part.size(), hash);
  }
  return hash;
}

}  // namespace

void MemoEntry::SetAnswer(Result<Answer> answer, bool from_ledger) {
  FATHOM_ASSERT(!ready());
  from_ledger_ = from_ledger;
  answer_.emplace(std::move(answer));
  ready_.store(true, std::memory_order_release);
}

MemoEntry* MemoTable::Access::Intern(std::span<const std::string_view> input) {
  const uint64_t hash = Hash(input);
  Slot* slot = &table_.Find(hash, input);
  if (slot->entry != nullptr) return slot->entry;
  MemoEntry* entry = &table_.entries_.emplace_back(input);
  *slot = {hash, entry};
  if (2 * table_.entries_.size() > table_.slots_.size()) table_.Grow();
  return entry;
}

// The slot of `input`, or the free one where it belongs.
MemoTable::Slot& MemoTable::Find(uint64_t hash, std::span<const std::string_view> input) {
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.entry == nullptr) return slot;
    if (slot.hash == hash && std::ranges::equal(slot.entry->input(), input)) return slot;
  }
}

void MemoTable::Grow() {
  std::vector<Slot> old(2 * slots_.size());
  old.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.entry == nullptr) continue;
    size_t at = slot.hash & mask;
    while (slots_[at].entry != nullptr) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

std::vector<const Result<Answer>*> MemoTable::FromLedger(size_t max) {
  std::lock_guard lock(mutex_);
  std::vector<const Result<Answer>*> answers;
  for (const MemoEntry& entry : entries_) {
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
