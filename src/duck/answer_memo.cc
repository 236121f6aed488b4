#include "duck/answer_memo.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace fathom {
void MemoEntry::SetAnswer(Result<Answer> answer, bool from_ledger) {
  FATHOM_ASSERT(!ready());
  from_ledger_ = from_ledger;
  answer_.emplace(std::move(answer));
  ready_.store(true, std::memory_order_release);
}

uint64_t MemoIndex::Hash(std::span<const std::string_view> input) {
  uint64_t hash = input.size();
  for (const std::string_view part : input) {
    hash = XXH3_64bits_withSeed(part.data(), part.size(), hash);
  }
  return hash;
}

MemoEntry* MemoIndex::Find(uint64_t hash, std::span<const std::string_view> input) const {
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at].entry != nullptr; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.hash == hash && std::ranges::equal(slot.entry->input(), input)) return slot.entry;
  }
  return nullptr;
}

MemoEntry* MemoIndex::Guess(uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].entry != nullptr && slots_[at].hash != hash) at = (at + 1) & mask;
  return slots_[at].entry;
}

void MemoIndex::Insert(uint64_t hash, MemoEntry* entry) {
  Place({hash, entry});
  if (2 * ++size_ <= slots_.size()) return;
  std::vector<Slot> old(2 * slots_.size());
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.entry != nullptr) Place(slot);
  }
}

void MemoIndex::Place(Slot slot) {
  const size_t mask = slots_.size() - 1;
  size_t at = slot.hash & mask;
  while (slots_[at].entry != nullptr) at = (at + 1) & mask;
  slots_[at] = slot;
}

MemoEntry* MemoTable::Intern(uint64_t hash, std::span<const std::string_view> input) {
  std::lock_guard lock(mutex_);
  MemoEntry* entry = index_.Find(hash, input);
  if (entry != nullptr) return entry;
  entry = &entries_.emplace_back(input);
  index_.Insert(hash, entry);
  return entry;
}

// An input that is met again lies four reads of memory apart: slot, entry, its texts, their bytes.
// Each loop begins one of these reads for all inputs, which takes half the time of one input after
// the other.
void MemoReader::Intern(std::span<const std::string_view> parts, std::span<const size_t> sizes,
                        std::vector<MemoEntry*>* entries) {
  hashes_.clear();
  guesses_.clear();
  size_t begin = 0;
  for (const size_t size : sizes) {
    hashes_.push_back(MemoIndex::Hash(parts.subspan(begin, size)));
    index_.Prefetch(hashes_.back());
    begin += size;
  }
  for (const uint64_t hash : hashes_) {
    guesses_.push_back(index_.Guess(hash));
    __builtin_prefetch(guesses_.back());
  }
  for (const MemoEntry* guess : guesses_) {
    if (guess != nullptr) __builtin_prefetch(guess->input().data());
  }
  for (const MemoEntry* guess : guesses_) {
    if (guess != nullptr) __builtin_prefetch(guess->input().front().data());
  }
  entries->reserve(entries->size() + sizes.size());
  begin = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    const auto input = parts.subspan(begin, sizes[i]);
    begin += sizes[i];
    entries->push_back(input.empty() ? nullptr : Find(hashes_[i], guesses_[i], input));
  }
}

MemoEntry* MemoReader::Find(uint64_t hash, MemoEntry* guess,
                            std::span<const std::string_view> input) {
  if (guess != nullptr && std::ranges::equal(guess->input(), input)) return guess;
  MemoEntry* entry = index_.Find(hash, input);
  if (entry != nullptr) return entry;
  entry = table_->Intern(hash, input);
  index_.Insert(hash, entry);
  met_.push_back(entry);
  return entry;
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
