#include "model/tokenizer_pieces.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <utility>

#include "model/unicode.h"

namespace fathom {
namespace {

// Words up to here are merged by scanning an array: faster than a queue while n * n is small.
constexpr size_t kShortWordBytes = 32;
constexpr float kNoScore = -std::numeric_limits<float>::infinity();

}  // namespace

std::string BlanksForMarks(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t mark = std::min(text.find(kBlankMark, at), text.size());
    plain.append(text.substr(at, mark - at));
    if (mark < text.size()) plain += ' ';
    at = std::min(mark + kBlankMark.size(), text.size());
  }
  return plain;
}

PieceMerger::PieceMerger(const TokenTable& table, std::vector<float> scores,
                         std::span<const TokenId> pieces,
                         const std::array<TokenId, 256>& byte_tokens)
    : table_(table), scores_(std::move(scores)), byte_tokens_(byte_tokens), index_(pieces.size()) {
  for (const TokenId id : pieces) {
    const bool is_new = index_.Insert(table_, id);
    FATHOM_ASSERT(is_new);
    const std::string_view piece = table_[id];
    longest_piece_bytes_ = std::max(longest_piece_bytes_, piece.size());
    for (size_t i = 1; i < piece.size(); ++i) {
      if (piece[i] == ' ' && piece[i - 1] != ' ')
        joined_[static_cast<uint8_t>(piece[i - 1])] = true;
    }
  }
}

size_t PieceMerger::EndOfWord(std::string_view text, size_t begin) const {
  size_t end = begin;
  do {
    const size_t body = std::min(text.find_first_not_of(' ', end), text.size());
    end = std::min(text.find(' ', body), text.size());
  } while (end < text.size() && joined_[static_cast<uint8_t>(text[end - 1])]);
  return end;
}

float PieceMerger::ScoreOf(std::string_view union_of_two) const {
  if (union_of_two.size() > longest_piece_bytes_) return kNoScore;
  const std::optional<TokenId> id = index_.Find(table_, union_of_two);
  return id ? scores_[*id] : kNoScore;
}

void PieceMerger::Emit(std::string_view symbol, std::vector<TokenId>* out) const {
  if (const std::optional<TokenId> id = index_.Find(table_, symbol)) {
    out->push_back(*id);
    return;
  }
  for (const char byte : symbol) out->push_back(byte_tokens_[static_cast<uint8_t>(byte)]);
}

void PieceMerger::Merge(std::string_view text, std::vector<TokenId>* out) const {
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = EndOfWord(text, begin);
    const std::string_view word = text.substr(begin, end - begin);
    if (word.size() <= kShortWordBytes) {
      MergeShort(word, out);
    } else {
      MergeLong(word, out);
    }
    begin = end;
  }
}

void PieceMerger::MergeShort(std::string_view word, std::vector<TokenId>* out) const {
  std::array<uint8_t, kShortWordBytes + 1> begins;  // symbol i: bytes begins[i] to begins[i + 1]
  std::array<float, kShortWordBytes> scores;        // scores[i]: of symbols i and i + 1 together
  size_t n = 0;
  for (size_t at = 0; at < word.size(); at += CharAt(word, at).bytes) {
    begins[n++] = static_cast<uint8_t>(at);
  }
  begins[n] = static_cast<uint8_t>(word.size());
  const auto score = [&](size_t i) {
    return i + 1 < n ? ScoreOf(word.substr(begins[i], begins[i + 2] - begins[i])) : kNoScore;
  };
  for (size_t i = 0; i < n; ++i) scores[i] = score(i);
  while (n > 1) {
    const size_t best = std::max_element(scores.begin(), scores.begin() + n) - scores.begin();
    if (scores[best] == kNoScore) break;
    std::copy(begins.begin() + best + 2, begins.begin() + n + 1, begins.begin() + best + 1);
    std::copy(scores.begin() + best + 1, scores.begin() + n, scores.begin() + best);
    --n;
    scores[best] = score(best);
    if (best > 0) scores[best - 1] = score(best - 1);
  }
  for (size_t i = 0; i < n; ++i) Emit(word.substr(begins[i], begins[i + 1] - begins[i]), out);
}

// A symbol of a long word, linked to its neighbours; one that was merged away has no bytes.
struct PieceMerger::Part {
  size_t begin;
  size_t bytes;
  size_t previous;  // kNone at the ends
  size_t next;
};

// A merge that was possible when it was queued; stale if its parts have changed since.
struct PieceMerger::Candidate {
  float score;
  size_t left;
  size_t bytes;  // of both

  // priority_queue keeps the largest on top: highest score first, then leftmost.
  bool operator<(const Candidate& other) const {
    return score != other.score ? score < other.score : left > other.left;
  }
};

class PieceMerger::LongMerge {
 public:
  LongMerge(const PieceMerger& merger, std::string_view word) : merger_(merger), word_(word) {
    for (size_t at = 0; at < word.size(); at += parts_.back().bytes) {
      const size_t i = parts_.size();
      parts_.push_back({at, CharAt(word, at).bytes, i == 0 ? kNone : i - 1, i + 1});
    }
    parts_.back().next = kNone;
    for (size_t i = 0; i < parts_.size(); ++i) Offer(i);
  }

  void Run(std::vector<TokenId>* out) {
    while (!queue_.empty()) {
      const Candidate best = queue_.top();
      queue_.pop();
      Apply(best);
    }
    for (size_t i = 0; i != kNone; i = parts_[i].next) {
      merger_.Emit(word_.substr(parts_[i].begin, parts_[i].bytes), out);
    }
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  void Offer(size_t left) {
    if (left == kNone || parts_[left].next == kNone) return;
    const size_t bytes = parts_[left].bytes + parts_[parts_[left].next].bytes;
    const float score = merger_.ScoreOf(word_.substr(parts_[left].begin, bytes));
    if (score != kNoScore) queue_.push({score, left, bytes});
  }

  void Apply(const Candidate& best) {
    Part& left = parts_[best.left];
    if (left.bytes == 0 || left.next == kNone) return;
    Part& right = parts_[left.next];
    if (left.bytes + right.bytes != best.bytes) return;
    left.bytes = best.bytes;
    right.bytes = 0;
    left.next = right.next;
    if (left.next != kNone) parts_[left.next].previous = best.left;
    Offer(left.previous);
    Offer(best.left);
  }

  const PieceMerger& merger_;
  const std::string_view word_;
  std::vector<Part> parts_;
  std::priority_queue<Candidate> queue_;
};

void PieceMerger::MergeLong(std::string_view word, std::vector<TokenId>* out) const {
  LongMerge(*this, word).Run(out);
}

}  // namespace fathom
