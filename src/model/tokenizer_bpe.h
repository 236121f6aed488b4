// Byte-pair merging: a word's bytes become the tokens that the vocabulary's merges make of them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/tokenizer.h"

namespace fathom {

// left + right -> result; rules of lower rank go first.
struct MergeRule {
  TokenId left;
  TokenId right;
  TokenId result;
};

// Threads: const members may be called concurrently.
class BytePairMerger {
 public:
  // `byte_tokens[b]` is the token of the single byte b, kNoToken if the vocabulary has none: such
  // a byte separates its neighbours and yields nothing. A rule's rank is its place in `rules`; of
  // rules for the same pair the first counts.
  static constexpr TokenId kNoToken = -1;
  BytePairMerger(const std::array<TokenId, 256>& byte_tokens, const std::vector<MergeRule>& rules);

  // Appends the tokens of `word` to `out`: again and again the pair of lowest rank is merged, the
  // leftmost among equals. Time: O(n log n) in the word's bytes.
  void Merge(std::string_view word, std::vector<TokenId>* out) const;

 private:
  static constexpr uint32_t kNoRank = UINT32_MAX;
  struct Found {
    uint32_t rank = kNoRank;
    TokenId result = kNoToken;
  };
  struct Slot {
    uint64_t pair = kEmptyPair;
    Found found;
  };
  static constexpr uint64_t kEmptyPair = UINT64_MAX;  // no pair of ids: ids are not negative

  struct Candidate;
  struct Part;

  void Insert(const MergeRule& rule, uint32_t rank);
  size_t FirstSlot(uint64_t pair) const;
  Found Find(TokenId left, TokenId right) const;
  void MergeShort(std::string_view word, std::vector<TokenId>* out) const;
  void MergeLong(std::string_view word, std::vector<TokenId>* out) const;

  std::array<TokenId, 256> byte_tokens_;
  std::vector<Slot> slots_;  // open addressing, a power of two, at most half full
  int shift_ = 0;            // 64 - log2(slots)
};

}  // namespace fathom
