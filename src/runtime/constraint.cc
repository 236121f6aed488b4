#include "runtime/constraint.h"

#include <algorithm>
#include <cctype>

#include "base/assert.h"

namespace fathom {
namespace {

constexpr size_t kMostRows = 8192;        // of a walk: 8 MB; kept from walk to walk up to here
constexpr size_t kMostWalkRows = 65536;   // more in one walk: the pattern explodes
constexpr uint8_t kLongestRun = 64;       // of plain bytes, as far as it is followed
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
  if (!HasOneWay(state)) return {.text = {}, .tokens = {}, .next = state};
  ForcedText forced = ForceText(state);
  while (HasOneWay(forced.next) && forced.text.size() < kMostForced &&
         AllowLocked(forced.next, &single_) && single_.count == 1) {
    const TokenId token = single_.First();
    const std::string_view bytes = tokenizer_.TokenBytes(token);
    const ForcedText more = ForceText(expressions_.Derive(forced.next, bytes));
    forced.text += bytes;
    forced.text += more.text;
    forced.tokens.push_back(token);
    forced.tokens.insert(forced.tokens.end(), more.tokens.begin(), more.tokens.end());
    forced.next = more.next;
  }
  if (forced_.size() >= kMostForcedKept) forced_.clear();
  return forced_[state] = forced;
}

// An answer must go on, and with this byte.
bool Constraint::HasOneWay(Expr state) {
  return !expressions_.nullable(state) && expressions_.First(state).size() == 1;
}

ForcedText Constraint::ForceText(Expr state) {
  ForcedText forced{.text = {}, .tokens = {}, .next = state};
  while (HasOneWay(forced.next) && forced.text.size() < kMostForced) {
    const uint8_t byte = expressions_.First(forced.next).smallest();
    forced.text += static_cast<char>(byte);
    forced.next = expressions_.Derive(forced.next, byte);
  }
  const size_t whole = WholeWords(forced.text, expressions_.First(forced.next));
  if (whole < forced.text.size()) {
    forced.text.resize(whole);
    forced.next = expressions_.Derive(state, forced.text);
  }
  forced.tokens = tokenizer_.Encode(forced.text);
  return forced;
}

bool Constraint::full() {
  const std::lock_guard lock(mutex_);
  return expressions_.full();
}

bool Constraint::Allow(Expr state, TokenMask* mask) {
  const std::lock_guard lock(mutex_);
  return AllowLocked(state, mask);
}

bool Constraint::AllowLocked(Expr state, TokenMask* mask) {
  mask->words.assign((tries_->vocabulary_size() + 63) / 64, 0);
  mask->count = 0;
  for (size_t i = 0; i < masks_.size(); ++i) {
    const Allowed* allowed = Find(i, expressions_.Horizon(state, tries_->tries()[i].longest));
    if (allowed == nullptr) return false;
    allowed->AddTo(mask);
  }
  for (const auto& [one, twin] : tries_->twins()) {
    if (!mask->Has(one)) continue;
    mask->Add(twin);
    ++mask->count;
  }
  if (expressions_.nullable(state)) {
    for (const TokenId end : tries_->ends()) mask->Add(end);
    mask->count += static_cast<int64_t>(tries_->ends().size());
  }
  return mask->count > 0;
}

void Constraint::Allowed::AddTo(TokenMask* mask) const {
  for (const TokenId token : tokens) mask->Add(token);
  for (size_t i = 0; i < words.size(); ++i) mask->words[i] |= words[i];
  mask->count += count;
}

// null: the pattern has become too large.
const Constraint::Allowed* Constraint::Find(size_t trie, Expr near) {
  if (const auto found = masks_[trie].find(near); found != masks_[trie].end()) {
    return &found->second;
  }
  collected_.clear();
  if (!CollectTokens(tries_->tries()[trie], near, &collected_)) return nullptr;
  const size_t words = (tries_->vocabulary_size() + 63) / 64;
  Allowed allowed{.tokens = {}, .words = {}, .count = std::ssize(collected_)};
  if (collected_.size() * sizeof(TokenId) < words * sizeof(uint64_t)) {
    allowed.tokens = collected_;
  } else {
    allowed.words.resize(words);
    for (const TokenId token : collected_) allowed.words[token / 64] |= uint64_t{1} << token % 64;
  }
  if (mask_bytes_ + allowed.bytes() > kMaskBytes) {
    for (auto& masks : masks_) masks.clear();
    mask_bytes_ = 0;
  }
  mask_bytes_ += allowed.bytes();
  return &masks_[trie].emplace(near, std::move(allowed)).first->second;
}

uint32_t Constraint::RowOf(Expr expr) {
  if (expr == kNothing) return kDead;
  const auto [found, added] = walk_.index.emplace(expr, walk_.rows.size());
  if (added) {
    WalkRow& row = walk_.rows.emplace_back();
    row.next.fill(kUnknown);
    row.expr = expr;
  }
  return found->second;
}

uint32_t Constraint::Next(uint32_t row, uint8_t byte) {
  WalkRow& from = walk_.rows[row];  // a deque: stays where it is
  if (from.next[byte] != kUnknown) return from.next[byte];
  if (!from.classes) from.classes = expressions_.Classes(from.expr);
  const uint32_t next = RowOf(expressions_.Derive(from.expr, byte));
  const uint8_t byte_class = from.classes->class_of[byte];
  for (size_t other = 0; other < 256; ++other) {
    if (from.classes->class_of[other] == byte_class) from.next[other] = next;
  }
  return next;
}

uint32_t Constraint::PlainNext(uint32_t row) {
  const uint32_t next = Next(row, ' ');
  const ByteClasses& classes = *walk_.rows[row].classes;
  for (int byte = ' '; byte <= '~'; ++byte) {
    const auto plain = static_cast<uint8_t>(byte);
    if (IsPlainByte(plain) && classes.class_of[plain] != classes.class_of[' ']) return kDead;
  }
  return next;
}

uint8_t Constraint::PlainRun(uint32_t row) {
  std::vector<uint32_t> chain;
  while (!walk_.rows[row].plain_run) {
    chain.push_back(row);
    const uint32_t next = PlainNext(row);
    if (next == kDead) {
      walk_.rows[row].plain_run = 0;
    } else if (next == row || chain.size() == kLongestRun) {
      row = chain.front();
      walk_.rows[row].plain_run = kLongestRun;
      return kLongestRun;
    } else {
      row = next;
    }
  }
  uint8_t run = *walk_.rows[row].plain_run;
  if (!chain.empty() && chain.back() == row) chain.pop_back();
  for (; !chain.empty(); chain.pop_back()) {
    run = std::min<uint8_t>(kLongestRun, run + 1);
    walk_.rows[chain.back()].plain_run = run;
  }
  return run;
}

bool Constraint::CollectTokens(const TokenTrie& trie, Expr near, std::vector<TokenId>* tokens) {
  if (walk_.rows.size() > kMostRows) walk_ = {};
  std::vector<uint32_t> path(trie.longest + 1);  // rows by depth
  path[0] = RowOf(near);
  const std::vector<TokenTrieNode>& nodes = trie.nodes;
  const auto add = [&](uint32_t begin, uint32_t end) {
    tokens->insert(tokens->end(), trie.tokens.begin() + begin, trie.tokens.begin() + end);
  };
  for (size_t i = 0; i + 1 < nodes.size();) {
    const TokenTrieNode& node = nodes[i];
    const uint32_t next = Next(path[node.depth - 1], node.byte);
    if (next == kDead) {
      i = node.next;
      continue;
    }
    if (node.plain_below > 0 && node.plain_below <= kLongestRun &&
        PlainRun(next) >= node.plain_below) {  // inside a text, which nothing below ends
      add(node.tokens_begin, nodes[node.next].tokens_begin);
      i = node.next;
      continue;
    }
    path[node.depth] = next;
    if (node.ends_token) add(node.tokens_begin, node.tokens_begin + 1);
    ++i;
    if (walk_.rows.size() > kMostWalkRows || expressions_.full()) return false;
  }
  return true;
}

}  // namespace fathom
