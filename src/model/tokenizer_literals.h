// Tokens that text becomes wherever it spells them, whatever merging would give: line breaks and
// tags of HTML, for Gemma.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "model/tokenizer.h"
#include "model/tokenizer_table.h"

namespace fathom {

// Threads: const members may be called concurrently.
class LiteralMatcher {
 public:
  struct Match {
    size_t begin;
    size_t end;
    TokenId id;
  };

  // `literals` are tokens of `table`, none empty, no two of the same bytes. The table is borrowed
  // for life.
  LiteralMatcher(const TokenTable& table, std::vector<TokenId> literals);

  // The first match at or behind byte `from`: of those that begin there, the longest. Time over a
  // whole text: linear in its bytes, times the longest literal, times the logarithm of their
  // number.
  std::optional<Match> Find(std::string_view text, size_t from) const;

 private:
  struct Range {
    size_t begin = 0;
    size_t end = 0;
  };
  std::optional<Match> LongestAt(std::string_view text, size_t at) const;

  const TokenTable& table_;
  std::vector<TokenId> sorted_;             // by their bytes
  std::array<Range, 256> by_first_byte_{};  // of sorted_
};

}  // namespace fathom
