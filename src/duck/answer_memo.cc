#include "duck/answer_memo.h"

#include <xxhash.h>

#include <utility>

#include "base/assert.h"

namespace fathom {

void MemoEntry::SetAnswer(Result<Answer> answer, bool from_ledger) {
  FATHOM_ASSERT(!ready());
  from_ledger_ = from_ledger;
  answer_.emplace(std::move(answer));
  ready_.store(true, std::memory_order_release);
}

uint64_t MemoIndex::Hash(std::string_view key) { return XXH3_64bits(key.data(), key.size()); }

MemoEntry* MemoIndex::Find(uint64_t hash, std::string_view key) const {
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at].entry != nullptr; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.hash == hash && slot.entry->key() == key) return slot.entry;
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
  std::vector<Slot> old(4 * slots_.size());
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

MemoEntry* MemoTable::Intern(uint64_t hash, std::string_view key) {
  std::lock_guard lock(mutex_);
  MemoEntry* entry = index_.Find(hash, key);
  if (entry != nullptr) return entry;
  entry = &entries_.emplace_back(key, entries_.size());
  index_.Insert(hash, entry);
  return entry;
}

// A key that is met again lies three reads of memory apart: slot, entry, bytes. Each loop begins
// one of these reads for all keys, which takes half the time of one key after the other.
void MemoReader::Intern(std::span<const std::optional<std::string_view>> keys,
                        std::vector<MemoEntry*>* entries) {
  hashes_.clear();
  guesses_.clear();
  for (const auto& key : keys) {
    hashes_.push_back(MemoIndex::Hash(key.value_or(std::string_view())));
    index_.Prefetch(hashes_.back());
  }
  for (const uint64_t hash : hashes_) {
    guesses_.push_back(index_.Guess(hash));
    __builtin_prefetch(guesses_.back());
  }
  for (const MemoEntry* guess : guesses_) {
    if (guess != nullptr) __builtin_prefetch(guess->key().data());
  }
  entries->reserve(entries->size() + keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    entries->push_back(keys[i] ? Find(hashes_[i], guesses_[i], *keys[i]) : nullptr);
  }
}

MemoEntry* MemoReader::Find(uint64_t hash, MemoEntry* guess, std::string_view key) {
  if (guess != nullptr && guess->key() == key) return guess;
  MemoEntry* entry = index_.Find(hash, key);
  if (entry != nullptr) return entry;
  entry = table_->Intern(hash, key);
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
