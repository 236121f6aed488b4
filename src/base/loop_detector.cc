#include "base/loop_detector.h"

#include <algorithm>
#include <functional>

#include "base/loop_evidence.h"
#include "base/loop_start.h"

namespace fathom {
namespace {

constexpr size_t kChainsMax = 8;
constexpr size_t kGapBytes = 32;     // a long word, ten ideographs
constexpr size_t kAgreeBytes = 8;    // behind a gap, at the same distance
constexpr size_t kLookBytes = 16;    // between two looks at the evidence, or more:
constexpr size_t kLookPart = 64;     // a part of what matched, for a look may cost 1,000 bytes
constexpr size_t kBackBytes = 1024;  // how far a new chain is followed back
constexpr size_t kGapsMax = 64;      // different ones that are remembered of a chain

size_t Difference(size_t a, size_t b) { return std::max(a, b) - std::min(a, b); }

// By a word more or less, rounds of one loop may differ; by more than a quarter they are others.
bool AreNear(size_t distance, size_t other) {
  return Difference(distance, other) <= std::min(kGapBytes, std::min(distance, other) / 4);
}

// Bytes that a word or a character is made of together with its neighbours.
bool IsInside(char byte) {
  return (byte & 0xC0) == 0x80 || ((byte | 32) >= 'a' && (byte | 32) <= 'z');
}

// text[begin, end) and the rest of the words and characters that it cuts, unless they are long.
std::string_view WholeWords(std::string_view text, size_t begin, size_t end) {
  const size_t first = begin - std::min(begin, kGapBytes);
  const size_t last = std::min(text.size(), end + kGapBytes);
  while (begin > first && IsInside(text[begin])) --begin;
  while (end < last && IsInside(text[end])) ++end;
  return text.substr(begin, end - begin);
}

}  // namespace

std::optional<Loop> LoopDetector::Append(std::string_view bytes) {
  loop_.reset();
  for (const char byte : bytes) AppendByte(byte);
  return loop_;
}

void LoopDetector::AppendByte(char byte) {
  text_ += byte;
  for (Chain& chain : chains_) Follow(chain);
  std::erase_if(chains_, [&](const Chain& chain) {
    return text_.size() - chain.end > kGapBytes + GramIndex::kGramBytes;
  });
  Find();
}

// Takes the last byte into account.
void LoopDetector::Follow(Chain& chain) {
  const size_t at = text_.size() - 1;
  const bool matches = text_[at] == text_[at - chain.distance];
  if (chain.end == at && matches) {
    ++chain.end;
    ++chain.matched;
    Judge(chain);
    return;
  }
  chain.agreed = matches ? chain.agreed + 1 : 0;
  if (chain.agreed == kAgreeBytes) Resume(chain, chain.distance, text_.size() - kAgreeBytes);
}

// Looks for the last twelve bytes: a distance that a chain follows already, or one near that of a
// chain with a gap, or a new one.
void LoopDetector::Find() {
  const std::optional<size_t> before = grams_.Add(text_);
  if (!before) return;
  const size_t distance = text_.size() - *before;
  Chain* interrupted = nullptr;
  for (Chain& chain : chains_) {
    if (chain.distance == distance && chain.end == text_.size()) return;
    if (chain.end == text_.size() || !AreNear(chain.distance, distance)) continue;
    if (interrupted == nullptr || chain.matched > interrupted->matched) interrupted = &chain;
  }
  if (interrupted == nullptr) {
    Begin(distance);
    return;
  }
  const size_t end = text_.size() - GramIndex::kGramBytes;
  Resume(*interrupted, distance, MatchBegin(distance, end, interrupted->end));
}

// Where the match at `distance` that goes on at `end` began, not before `floor`.
size_t LoopDetector::MatchBegin(size_t distance, size_t end, size_t floor) const {
  floor = std::max(floor, distance);
  while (end > floor && text_[end - 1] == text_[end - 1 - distance]) --end;
  return end;
}

void LoopDetector::Begin(size_t distance) {
  const size_t gram = text_.size() - GramIndex::kGramBytes;
  const size_t from = MatchBegin(distance, gram, gram - std::min(gram, kBackBytes));
  if (chains_.size() == kChainsMax) {
    chains_.erase(
        std::min_element(chains_.begin(), chains_.end(), [](const Chain& a, const Chain& b) {
          return std::pair(a.loop_begin.has_value(), a.matched) <
                 std::pair(b.loop_begin.has_value(), b.matched);
        }));
  }
  Chain& chain = chains_.emplace_back();
  chain.distance = distance;
  chain.begin = from - distance;
  chain.exact_begin = from;
  chain.end = text_.size();
  chain.matched = chain.end - from;
  Judge(chain);
}

// `chain` goes on at `from` and `distance`, behind a gap. Where its new words outweigh what it has
// matched, it begins anew: what came before was chance.
void LoopDetector::Resume(Chain& chain, size_t distance, size_t from) {
  chain.fresh += FreshBytes(chain, distance, from);
  chain.distance = distance;
  chain.exact_begin = from;
  chain.end = text_.size();
  chain.agreed = 0;
  if (!chain.loop_begin && IsChance({distance, chain.matched, chain.fresh})) {
    chain.begin = from - distance;
    chain.matched = chain.fresh = chain.look_again = 0;
    chain.gaps.clear();
  }
  chain.matched += chain.end - from;
  Judge(chain);
}

// How much of the gap before `from` is new. A number is not, nor a word that stood in a gap a round
// ago or longer: sooner, it changes in several places of a round at once, as in a counting song.
// What was left out counts as much as what was put in.
size_t LoopDetector::FreshBytes(Chain& chain, size_t distance, size_t from) {
  const std::string_view gap = std::string_view(text_).substr(chain.end, from - chain.end);
  const size_t change = Difference(chain.distance, distance);
  if (gap.find_first_not_of("0123456789") == std::string_view::npos && change <= 2) return 0;
  const uint64_t hash = std::hash<std::string_view>{}(WholeWords(text_, chain.end, from));
  const auto known = std::find_if(chain.gaps.begin(), chain.gaps.end(),
                                  [&](const Gap& other) { return other.hash == hash; });
  size_t fresh = std::max(gap.size(), change);
  if (known != chain.gaps.end()) {
    if (from - known->end >= distance - distance / 4) fresh = 0;
    known->end = from;
  } else if (chain.gaps.size() < kGapsMax) {
    chain.gaps.push_back({hash, from});
  }
  return fresh;
}

// One loop is told at a time: inside of it, other distances would fit as well.
void LoopDetector::Judge(Chain& chain) {
  if (!chain.loop_begin && chain.matched >= std::max(kLoopBytesMin, chain.look_again)) {
    chain.look_again = chain.matched + std::max(kLookBytes, chain.matched / kLookPart);
    const auto is_loop = [](const Chain& other) { return other.loop_begin.has_value(); };
    if (std::any_of(chains_.begin(), chains_.end(), is_loop)) return;
    if (IsExactLoop(text_, chain.distance, chain.end - chain.exact_begin)) {
      chain.begin = chain.exact_begin - chain.distance;
    } else if (!IsNearLoop(text_, {chain.distance, chain.matched, chain.fresh})) {
      return;
    }
    chain.loop_begin = LoopStart(text_, chain.begin, chain.distance);
  }
  if (!chain.loop_begin) return;
  loop_ = {.begin = *chain.loop_begin,
           .period = chain.distance,
           .end = chain.end,
           .exact = chain.begin + chain.distance == chain.exact_begin};
}

}  // namespace fathom
