#include "model/tokenizer_bpe.h"

#include <algorithm>
#include <bit>
#include <queue>

namespace fathom {
namespace {

// Words up to here are merged by scanning an array: faster than a queue while n * n is small.
constexpr size_t kShortWordBytes = 32;

uint64_t PairOf(TokenId left, TokenId right) {
  return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
}

}  // namespace

BytePairMerger::BytePairMerger(const std::array<TokenId, 256>& byte_tokens,
                               const std::vector<MergeRule>& rules)
    : byte_tokens_(byte_tokens) {
  const size_t capacity = std::bit_ceil(std::max<size_t>(16, rules.size() * 2));
  slots_.resize(capacity);
  shift_ = 64 - std::countr_zero(capacity);
  for (size_t i = 0; i < rules.size(); ++i) Insert(rules[i], static_cast<uint32_t>(i));
}

size_t BytePairMerger::FirstSlot(uint64_t pair) const {
  // Multiplicative hashing: the high bits of the product depend on all bits of the pair.
  const uint64_t folded = pair ^ pair >> 29;
  return static_cast<size_t>(folded * 0x9E3779B97F4A7C15U >> shift_);
}

void BytePairMerger::Insert(const MergeRule& rule, uint32_t rank) {
  const uint64_t pair = PairOf(rule.left, rule.right);
  size_t i = FirstSlot(pair);
  while (slots_[i].pair != kEmptyPair && slots_[i].pair != pair) i = (i + 1) & (slots_.size() - 1);
  if (slots_[i].pair == kEmptyPair) slots_[i] = {pair, {rank, rule.result}};
}

BytePairMerger::Found BytePairMerger::Find(TokenId left, TokenId right) const {
  if (left == kNoToken || right == kNoToken) return {};
  const uint64_t pair = PairOf(left, right);
  for (size_t i = FirstSlot(pair);; i = (i + 1) & (slots_.size() - 1)) {
    if (slots_[i].pair == pair) return slots_[i].found;
    if (slots_[i].pair == kEmptyPair) return {};
  }
}

void BytePairMerger::Merge(std::string_view word, std::vector<TokenId>* out) const {
  if (word.size() <= kShortWordBytes) {
    MergeShort(word, out);
  } else {
    MergeLong(word, out);
  }
}

void BytePairMerger::MergeShort(std::string_view word, std::vector<TokenId>* out) const {
  std::array<TokenId, kShortWordBytes> ids;
  std::array<Found, kShortWordBytes> pairs;  // pairs[i]: what ids[i], ids[i + 1] would become
  size_t n = word.size();
  for (size_t i = 0; i < n; ++i) ids[i] = byte_tokens_[static_cast<uint8_t>(word[i])];
  for (size_t i = 0; i + 1 < n; ++i) pairs[i] = Find(ids[i], ids[i + 1]);
  while (n > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < n; ++i) {
      if (pairs[i].rank < pairs[best].rank) best = i;
    }
    if (pairs[best].rank == kNoRank) break;
    ids[best] = pairs[best].result;
    --n;
    std::copy(ids.begin() + best + 2, ids.begin() + n + 1, ids.begin() + best + 1);
    std::copy(pairs.begin() + best + 1, pairs.begin() + n, pairs.begin() + best);
    if (best + 1 < n) pairs[best] = Find(ids[best], ids[best + 1]);
    if (best > 0) pairs[best - 1] = Find(ids[best - 1], ids[best]);
  }
  for (size_t i = 0; i < n; ++i) {
    if (ids[i] != kNoToken) out->push_back(ids[i]);
  }
}

// One token of a long word, linked to its neighbours; a merged-away part has id kNoToken and
// bytes 0.
struct BytePairMerger::Part {
  TokenId id;
  int64_t previous;
  int64_t next;  // parts.size() = none
  bool merged_away = false;
};

// A merge that was possible when it was queued; stale if one of its parts has changed since.
struct BytePairMerger::Candidate {
  uint32_t rank;
  int64_t left;
  TokenId left_id;
  TokenId right_id;
  TokenId result;

  // priority_queue keeps the largest on top: lowest rank first, then leftmost.
  bool operator<(const Candidate& other) const {
    return rank != other.rank ? rank > other.rank : left > other.left;
  }
};

void BytePairMerger::MergeLong(std::string_view word, std::vector<TokenId>* out) const {
  const auto size = static_cast<int64_t>(word.size());
  std::vector<Part> parts;
  parts.reserve(word.size());
  for (int64_t i = 0; i < size; ++i) {
    parts.push_back({byte_tokens_[static_cast<uint8_t>(word[i])], i - 1, i + 1});
  }
  std::priority_queue<Candidate> queue;
  const auto offer = [&](int64_t left) {
    if (left < 0 || parts[left].next >= size) return;
    const TokenId right_id = parts[parts[left].next].id;
    const Found found = Find(parts[left].id, right_id);
    if (found.rank == kNoRank) return;
    queue.push({found.rank, left, parts[left].id, right_id, found.result});
  };
  for (int64_t i = 0; i + 1 < size; ++i) offer(i);
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    Part& left = parts[best.left];
    if (left.merged_away || left.id != best.left_id || left.next >= size) continue;
    Part& right = parts[left.next];
    if (right.id != best.right_id) continue;
    left.id = best.result;
    right.merged_away = true;
    left.next = right.next;
    if (left.next < size) parts[left.next].previous = best.left;
    offer(left.previous);
    offer(best.left);
  }
  for (int64_t i = 0; i < size; i = parts[i].next) {
    if (parts[i].id != kNoToken) out->push_back(parts[i].id);
  }
}

}  // namespace fathom
