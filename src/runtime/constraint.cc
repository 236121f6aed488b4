#include "runtime/constraint.h"

#include <algorithm>
#include <cctype>

#include "base/assert.h"

namespace fathom {
namespace {

constexpr size_t kMostRows = 8192;        // of a walk: 8 MB; kept from walk to walk up to here
constexpr size_t kMostWalkRows = 65536;   // more in one walk: the pattern explodes
constexpr size_t kMostForced = 65536;     // bytes taken at once
constexpr size_t kMostForcedKept = 4096;  // places

// Letters, digits, and parts of characters beyond ASCII.
bool IsWordByte(uint8_t byte) { return byte >= 0x80 || std::isalnum(byte); }

bool HasWordBytes(const ByteSet& set) {
  for (int byte = 0; byte < 256; ++byte) {
    if (set.Has(static_cast<uint8_t>(byte)) && IsWordByte(static_cast<uint8_t>(byte))) return true;
  }
  return false;
}

// Bytes of `text` up to the word that goes on in `next`.
size_t WholeWords(std::string_view text, const ByteSet& next) {
  size_t end = text.size();
  if (HasWordBytes(next)) {
    while (end > 0 && IsWordByte(static_cast<uint8_t>(text[end - 1]))) --end;
  }
  if (end > 0 && text[end - 1] == ' ') --end;
  return end;
}

}  // namespace

Constraint::Constraint(const Pattern& pattern, std::shared_ptr<const TokenTries> tries,
                       const Tokenizer& tokenizer)
    : tries_(std::move(tries)),
      tokenizer_(tokenizer),
      start_(pattern.expr()),
      expressions_(pattern.expressions()),
      masks_(tries_->tries().size()) {}

Expr Constraint::Advance(Expr state, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  return expressions_.Derive(state, bytes);
}

bool Constraint::MayEnd(Expr state) {
  const std::lock_guard lock(mutex_);
  return expressions_.nullable(state);
}

bool Constraint::MustEnd(Expr state) {
  const std::lock_guard lock(mutex_);
  return expressions_.nullable(state) && expressions_.First(state).empty();
}

ForcedText Constraint::Force(Expr state) {
  const std::lock_guard lock(mutex_);
  if (const auto found = forced_.find(state); found != forced_.end()) return found->second;
  ForcedText forced{.text = {}, .tokens = {}, .next = state};
  ByteSet first = expressions_.First(state);
  while (!expressions_.nullable(forced.next) && first.size() == 1 &&
         forced.text.size() < kMostForced) {
    forced.text += static_cast<char>(first.smallest());
    forced.next = expressions_.Derive(forced.next, first.smallest());
    first = expressions_.First(forced.next);
  }
  if (forced.text.empty()) return forced;
  const size_t whole = WholeWords(forced.text, first);
  if (whole < forced.text.size()) {
    forced.text.resize(whole);
    forced.next = expressions_.Derive(state, forced.text);
  }
  forced.tokens = tokenizer_.Encode(forced.text);
  if (forced_.size() >= kMostForcedKept) forced_.clear();
  return forced_[state] = forced;
}

bool Constraint::Allow(Expr state, TokenMask* mask) {
  const std::lock_guard lock(mutex_);
  mask->words.assign((tries_->vocabulary_size() + 63) / 64, 0);
  mask->count = 0;
  const size_t mask_bytes = mask->words.size() * sizeof(uint64_t);
  for (size_t i = 0; i < masks_.size(); ++i) {
    const Expr near = expressions_.Horizon(state, tries_->tries()[i].longest);
    auto found = masks_[i].find(near);
    if (found == masks_[i].end()) {
      if (mask_bytes_ + mask_bytes > kMaskBytes) {
        for (auto& masks : masks_) masks.clear();
        mask_bytes_ = 0;
      }
      TokenMask built;
      if (!BuildMask(tries_->tries()[i], near, &built)) return false;
      mask_bytes_ += mask_bytes;
      found = masks_[i].emplace(near, std::move(built)).first;
    }
    for (size_t word = 0; word < mask->words.size(); ++word) {
      mask->words[word] |= found->second.words[word];
    }
    mask->count += found->second.count;
  }
  if (expressions_.nullable(state)) {
    for (const TokenId end : tries_->ends()) mask->Add(end);
    mask->count += static_cast<int64_t>(tries_->ends().size());
  }
  return mask->count > 0;
}

uint32_t Constraint::RowOf(Expr expr) {
  const auto [found, added] = walk_.index.emplace(expr, walk_.rows.size());
  if (added) {
    walk_.rows.emplace_back();
    walk_.exprs.push_back(expr);
    walk_.filled.push_back(false);
  }
  return found->second;
}

void Constraint::FillRow(uint32_t row) {
  const Expr expr = walk_.exprs[row];
  const ByteClasses classes = expressions_.Classes(expr);
  std::array<uint32_t, 256> next_of_class;
  for (size_t i = 0; i < classes.representatives.size(); ++i) {
    const Expr next = expressions_.Derive(expr, classes.representatives[i]);
    next_of_class[i] = next == kNothing ? Walk::kDead : RowOf(next);
  }
  for (int byte = 0; byte < 256; ++byte) {
    walk_.rows[row][byte] = next_of_class[classes.class_of[byte]];
  }
  walk_.filled[row] = true;
}

bool Constraint::BuildMask(const TokenTrie& trie, Expr near, TokenMask* mask) {
  if (walk_.rows.size() > kMostRows) walk_ = {};
  mask->words.assign((tries_->vocabulary_size() + 63) / 64, 0);
  std::vector<uint32_t> path(trie.longest + 1);  // rows by depth
  path[0] = RowOf(near);
  const std::vector<TokenTrieNode>& nodes = trie.nodes;
  for (size_t i = 0; i < nodes.size();) {
    const TokenTrieNode& node = nodes[i];
    const uint32_t row = path[node.depth - 1];
    if (!walk_.filled[row]) {
      if (walk_.rows.size() > kMostWalkRows || expressions_.full()) return false;
      FillRow(row);
    }
    const uint32_t next = walk_.rows[row][node.byte];
    if (next == Walk::kDead) {
      i = node.next;
      continue;
    }
    path[node.depth] = next;
    if (node.token != TokenTrieNode::kNone) {
      mask->Add(node.token);
      ++mask->count;
    }
    ++i;
  }
  for (const auto& [one, twin] : tries_->twins()) {
    if (!mask->Has(one)) continue;
    mask->Add(twin);
    ++mask->count;
  }
  return true;
}

}  // namespace fathom
