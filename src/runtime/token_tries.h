// The tokens of a vocabulary by their bytes: what a constraint goes through to find those it
// allows.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "model/tokenizer.h"

namespace fathom {

// A set of tokens as a bit a token, in words of 64.
struct TokenMask {
  std::vector<uint64_t> words;
  int64_t count = 0;  // tokens in it

  bool Has(TokenId token) const { return words[token / 64] >> token % 64 & 1; }
  TokenId First() const {  // REQUIRES count > 0
    size_t i = 0;
    while (words[i] == 0) ++i;
    return static_cast<TokenId>(64 * i + std::countr_zero(words[i]));
  }
  void Add(TokenId token) { words[token / 64] |= uint64_t{1} << token % 64; }
};

// A node of a trie, in preorder.
struct TokenTrieNode {
  uint32_t next;          // index of the first node behind this one's subtree
  uint32_t tokens_begin;  // index in TokenTrie::tokens of the first token in the subtree
  uint16_t depth;         // bytes up to this one, itself included
  uint8_t byte;
  bool ends_token;
  // The longest way down from this node, if all bytes below are plain; else kNotPlain.
  uint8_t plain_below;

  static constexpr uint8_t kNotPlain = UINT8_MAX;
};

// The letters of most texts: printable ASCII but for what JSON strings escape.
constexpr bool IsPlainByte(uint8_t byte) {
  return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

struct TokenTrie {
  uint32_t longest = 0;              // bytes
  std::vector<TokenTrieNode> nodes;  // and one behind the last
  std::vector<TokenId> tokens;       // in the order of the nodes
};

// Text tokens of a tokenizer: those that have bytes and end no answer.
// Threads: const members may be called concurrently.
class TokenTries {
 public:
  explicit TokenTries(const Tokenizer& tokenizer);

  // Tokens of 1 to 8 bytes, 9 to 16, 17 to 32, and longer ones. What is allowed depends on as many
  // bytes ahead as tokens have, and nearly all tokens are short: so a string that may take 20 more
  // characters and one that may take 30 differ for few of them.
  const std::vector<TokenTrie>& tries() const { return tries_; }
  // Tokens with the bytes of another one, which is in a trie: {that one, this one}.
  const std::vector<std::pair<TokenId, TokenId>>& twins() const { return twins_; }
  const std::vector<TokenId>& ends() const { return ends_; }  // end an answer
  int64_t vocabulary_size() const { return vocabulary_size_; }

 private:
  std::vector<TokenTrie> tries_;
  std::vector<std::pair<TokenId, TokenId>> twins_;
  std::vector<TokenId> ends_;
  int64_t vocabulary_size_;
};

}  // namespace fathom
