// SentencePiece's byte-pair merging: a text's characters become the pieces that scores prefer.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/tokenizer.h"
#include "model/tokenizer_table.h"

namespace fathom {

// U+2581, which SentencePiece writes for a blank: to a vocabulary they are the same.
inline constexpr std::string_view kBlankMark = "\xE2\x96\x81";
// `text` with a blank for every mark.
std::string BlanksForMarks(std::string_view text);

// Threads: const members may be called concurrently.
class PieceMerger {
 public:
  // `pieces` are the tokens that text may become: none empty, no two with the same bytes;
  // scores[id] is finite for each. `byte_tokens[b]` stands for the byte b of a character that is in
  // no piece. `table` is borrowed for life.
  PieceMerger(const TokenTable& table, std::vector<float> scores, std::span<const TokenId> pieces,
              const std::array<TokenId, 256>& byte_tokens);

  // Appends the tokens of `text`: again and again the two neighbours are merged whose union is the
  // piece of the highest score, the leftmost among equals, beginning with characters (a byte that
  // begins no valid UTF-8 is one). A blank is U+0020, in pieces too.
  // Time: O(n log n) in the bytes of the longest word, times the bytes of the longest piece.
  void Merge(std::string_view text, std::vector<TokenId>* out) const;

 private:
  struct Candidate;
  struct Part;
  class LongMerge;

  // Where the word that starts at `begin` ends: before a blank that no piece joins to what stands
  // in front of it. So no merge crosses the border, and words can be merged one by one. Gemma has
  // one piece that joins, "> </".
  size_t EndOfWord(std::string_view text, size_t begin) const;
  float ScoreOf(std::string_view union_of_two) const;  // kNoScore: no piece
  void Emit(std::string_view symbol, std::vector<TokenId>* out) const;
  void MergeShort(std::string_view word, std::vector<TokenId>* out) const;
  void MergeLong(std::string_view word, std::vector<TokenId>* out) const;

  const TokenTable& table_;
  const std::vector<float> scores_;
  const std::array<TokenId, 256> byte_tokens_;
  TokenIndex index_;
  size_t longest_piece_bytes_ = 0;
  std::array<bool, 256> joined_{};  // some piece holds this byte, no blank, with a blank behind it
};

}  // namespace fathom
