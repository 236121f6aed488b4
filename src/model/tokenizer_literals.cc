#include "model/tokenizer_literals.h"

#include <algorithm>
#include <span>
#include <utility>

namespace fathom {
namespace {

uint8_t ByteAt(std::string_view text, size_t at) { return static_cast<uint8_t>(text[at]); }

}  // namespace

LiteralMatcher::LiteralMatcher(const TokenTable& table, std::vector<TokenId> literals)
    : table_(table), sorted_(std::move(literals)) {
  std::ranges::sort(sorted_, {}, [&](TokenId id) { return table_[id]; });
  for (size_t i = 0; i < sorted_.size(); ++i) {
    Range& range = by_first_byte_[ByteAt(table_[sorted_[i]], 0)];
    if (range.end == 0) range.begin = i;
    range.end = i + 1;
  }
}

std::optional<LiteralMatcher::Match> LiteralMatcher::Find(std::string_view text,
                                                          size_t from) const {
  for (size_t at = from; at < text.size(); ++at) {
    if (by_first_byte_[ByteAt(text, at)].end == 0) continue;
    if (const std::optional<Match> match = LongestAt(text, at)) return match;
  }
  return std::nullopt;
}

// Reads on byte by byte and keeps the literals that begin as the text does: one that ends where the
// reading stands sorts before the longer ones.
std::optional<LiteralMatcher::Match> LiteralMatcher::LongestAt(std::string_view text,
                                                               size_t at) const {
  std::optional<Match> longest;
  const Range range = by_first_byte_[ByteAt(text, at)];
  auto alike = std::span(sorted_).subspan(range.begin, range.end - range.begin);
  for (size_t depth = 1; !alike.empty(); ++depth) {
    if (table_[alike.front()].size() == depth) {
      longest = Match{at, at + depth, alike.front()};
      alike = alike.subspan(1);
    }
    if (at + depth == text.size()) break;
    const uint8_t next = ByteAt(text, at + depth);
    const auto byte_of = [&](TokenId id) { return ByteAt(table_[id], depth); };
    alike = {std::ranges::lower_bound(alike, next, {}, byte_of),
             std::ranges::upper_bound(alike, next, {}, byte_of)};
  }
  return longest;
}

}  // namespace fathom
