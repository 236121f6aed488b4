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
    for (size_t i = 0; i < trie.nodes.size(); ++i) {
      const TokenTrieNode& node = trie.nodes[i];
      path.resize(node.depth - 1);
      path += static_cast<char>(node.byte);
      ASSERT_GT(node.next, i);
      if (node.next < trie.nodes.size()) {
        EXPECT_LE(trie.nodes[node.next].depth, node.depth);
      }
      if (node.token == TokenTrieNode::kNone) continue;
      EXPECT_TRUE(found.emplace(node.token, path).second);
      EXPECT_LE(path.size(), trie.longest);
    }
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
