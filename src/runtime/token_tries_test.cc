#include "runtime/token_tries.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "runtime/test_engine.h"

namespace fathom {
namespace {

using TokenTriesTest = EngineTest;

TEST_F(TokenTriesTest, EveryTextTokenIsInOneTrie) {
  const TokenTries tries(*tokenizer_);
  std::map<TokenId, std::string> found;
  for (const TokenTrie& trie : tries.tries()) {
    std::string path;
    size_t tokens = 0;
    for (size_t i = 0; i + 1 < trie.nodes.size(); ++i) {
      const TokenTrieNode& node = trie.nodes[i];
      path.resize(node.depth - 1);
      path += static_cast<char>(node.byte);
      EXPECT_EQ(node.tokens_begin, tokens);
      ASSERT_GT(node.next, i);
      EXPECT_LE(trie.nodes[node.next].depth, node.depth);
      int plain = 0;
      for (size_t below = i + 1; below < node.next; ++below) {
        const TokenTrieNode& other = trie.nodes[below];
        plain = std::max(plain, IsPlainByte(other.byte) ? other.depth - node.depth : 1000);
      }
      EXPECT_EQ(node.plain_below, std::min<int>(plain, TokenTrieNode::kNotPlain));
      if (!node.ends_token) continue;
      EXPECT_TRUE(found.emplace(trie.tokens[tokens++], path).second);
      EXPECT_LE(path.size(), trie.longest);
    }
    EXPECT_EQ(trie.nodes.back().tokens_begin, trie.tokens.size());
  }
  for (const auto& [one, twin] : tries.twins()) {
    EXPECT_TRUE(found.emplace(twin, tokenizer_->TokenBytes(one)).second);
  }
  for (TokenId token = 0; token < tokenizer_->vocabulary_size(); ++token) {
    const auto text = found.find(token);
    const std::string bytes = text == found.end() ? "" : text->second;
    const bool ends = std::ranges::find(tries.ends(), token) != tries.ends().end();
    EXPECT_EQ(bytes, ends ? "" : tokenizer_->TokenBytes(token)) << token;
  }
}

}  // namespace
}  // namespace fathom
