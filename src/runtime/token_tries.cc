#include "runtime/token_tries.h"

#include <algorithm>
#include <string_view>

#include "base/assert.h"

namespace fathom {
namespace {

constexpr size_t kLongest[] = {8, 16, 32, UINT16_MAX};

struct TokenText {
  std::string_view bytes;
  TokenId token;
  auto operator<=>(const TokenText&) const = default;
};

// REQUIRES `tokens` are sorted, their bytes differ
TokenTrie BuildTrie(const std::vector<TokenText>& tokens) {
  TokenTrie trie;
  std::vector<uint32_t> path;  // nodes of the last token
  std::string_view last;
  const auto leave = [&](size_t depth) {
    for (; path.size() > depth; path.pop_back()) {
      TokenTrieNode& node = trie.nodes[path.back()];
      node.next = static_cast<uint32_t>(trie.nodes.size());
      if (path.size() == 1) continue;
      uint8_t& above = trie.nodes[path[path.size() - 2]].plain_below;
      const bool plain = IsPlainByte(node.byte) && node.plain_below + 1 < TokenTrieNode::kNotPlain;
      above = plain ? std::max<uint8_t>(above, node.plain_below + 1) : TokenTrieNode::kNotPlain;
    }
  };
  const auto add = [&](uint8_t byte) {
    path.push_back(static_cast<uint32_t>(trie.nodes.size()));
    trie.nodes.push_back({.next = 0,
                          .tokens_begin = static_cast<uint32_t>(trie.tokens.size()),
                          .depth = static_cast<uint16_t>(path.size()),
                          .byte = byte,
                          .ends_token = false,
                          .plain_below = 0});
  };
  for (const auto& [bytes, token] : tokens) {
    leave(std::ranges::mismatch(last, bytes).in1 - last.begin());
    while (path.size() < bytes.size()) add(static_cast<uint8_t>(bytes[path.size()]));
    trie.nodes[path.back()].ends_token = true;
    trie.tokens.push_back(token);
    trie.longest = std::max(trie.longest, static_cast<uint32_t>(bytes.size()));
    last = bytes;
  }
  leave(0);
  add(0);
  return trie;
}

}  // namespace

TokenTries::TokenTries(const Tokenizer& tokenizer)
    : ends_(tokenizer.end_of_generation()), vocabulary_size_(tokenizer.vocabulary_size()) {
  std::vector<TokenText> tokens[std::size(kLongest)];
  for (TokenId token = 0; token < vocabulary_size_; ++token) {
    const std::string_view bytes = tokenizer.TokenBytes(token);
    if (bytes.empty() || bytes.size() > std::end(kLongest)[-1]) continue;
    if (std::ranges::find(ends_, token) != ends_.end()) continue;
    size_t tier = 0;
    while (bytes.size() > kLongest[tier]) ++tier;
    tokens[tier].push_back({bytes, token});
  }
  for (std::vector<TokenText>& tier : tokens) {
    if (tier.empty()) continue;
    std::ranges::sort(tier);
    std::vector<TokenText> different;
    for (const TokenText& text : tier) {
      if (!different.empty() && different.back().bytes == text.bytes) {
        twins_.emplace_back(different.back().token, text.token);
      } else {
        different.push_back(text);
      }
    }
    tries_.push_back(BuildTrie(different));
  }
}

}  // namespace fathom
