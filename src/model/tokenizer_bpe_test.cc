// Goal: merging gives what the definition gives: the lowest rank first, then the leftmost.
// Method: random rules and words against the definition carried out word by word; words below and
// above the length at which the algorithm changes.
#include "model/tokenizer_bpe.h"

#include <gmock/gmock.h>

#include <random>
#include <string>

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Bytes 'a'..'d' are tokens 0..3.
std::array<TokenId, 256> FourLetters() {
  std::array<TokenId, 256> tokens;
  tokens.fill(BytePairMerger::kNoToken);
  for (int i = 0; i < 4; ++i) tokens['a' + i] = i;
  return tokens;
}

std::vector<TokenId> Merge(const BytePairMerger& merger, std::string_view word) {
  std::vector<TokenId> ids;
  merger.Merge(word, &ids);
  return ids;
}

// The definition: look at all pairs, merge one, begin again.
std::vector<TokenId> MergeByDefinition(const std::vector<MergeRule>& rules, std::string_view word) {
  std::vector<TokenId> ids;
  for (const char c : word) ids.push_back(c < 'a' || c > 'd' ? BytePairMerger::kNoToken : c - 'a');
  for (bool merged = true; merged;) {
    merged = false;
    for (const MergeRule& rule : rules) {
      for (size_t i = 0; i + 1 < ids.size() && !merged; ++i) {
        if (ids[i] != rule.left || ids[i + 1] != rule.right) continue;
        ids[i] = rule.result;
        ids.erase(ids.begin() + static_cast<int64_t>(i) + 1);
        merged = true;
      }
      if (merged) break;
    }
  }
  std::erase(ids, BytePairMerger::kNoToken);
  return ids;
}

TEST(BytePairMerger, LowestRankThenLeftmost) {
  const BytePairMerger merger(FourLetters(), {{1, 2, 4}, {0, 1, 5}, {0, 0, 6}});
  EXPECT_THAT(Merge(merger, "abc"), ElementsAre(0, 4));
  EXPECT_THAT(Merge(merger, "abd"), ElementsAre(5, 3));
  EXPECT_THAT(Merge(merger, "aaa"), ElementsAre(6, 0));
  EXPECT_THAT(Merge(merger, ""), IsEmpty());
  EXPECT_THAT(Merge(merger, "d"), ElementsAre(3));
}

TEST(BytePairMerger, TheFirstRuleOfAPairCounts) {
  const BytePairMerger merger(FourLetters(), {{0, 1, 4}, {0, 1, 5}});
  EXPECT_THAT(Merge(merger, "ab"), ElementsAre(4));
}

TEST(BytePairMerger, BytesWithoutTokenSeparateAndVanish) {
  const BytePairMerger merger(FourLetters(), {{0, 1, 4}});
  EXPECT_THAT(Merge(merger, "a?b"), ElementsAre(0, 1));
  EXPECT_THAT(Merge(merger, "?ab?"), ElementsAre(4));
  EXPECT_THAT(Merge(merger, std::string(100, '?')), IsEmpty());
}

TEST(BytePairMerger, NoRules) {
  const BytePairMerger merger(FourLetters(), {});
  EXPECT_THAT(Merge(merger, "abcd"), ElementsAre(0, 1, 2, 3));
}

TEST(BytePairMerger, AgreesWithTheDefinition) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<MergeRule> rules;
    const int count = static_cast<int>(random() % 30);
    for (int i = 0; i < count; ++i) {  // a rule may use the results of earlier ones
      rules.push_back({static_cast<TokenId>(random() % (4 + i)),
                       static_cast<TokenId>(random() % (4 + i)), 4 + i});
    }
    const BytePairMerger merger(FourLetters(), rules);
    for (const size_t length : {1, 2, 3, 7, 31, 32, 33, 34, 80}) {
      std::string word(length, 'a');
      for (char& c : word) c = "abcd?"[random() % (round % 2 == 0 ? 4 : 5)];
      ASSERT_EQ(Merge(merger, word), MergeByDefinition(rules, word)) << word;
    }
  }
}

// n log n: half a megabyte without a border would take minutes if every merge moved what follows.
TEST(BytePairMerger, LongWordsAreNotQuadratic) {
  const BytePairMerger merger(FourLetters(), {{0, 0, 4}, {4, 4, 5}, {5, 5, 6}});
  EXPECT_EQ(Merge(merger, std::string(1 << 19, 'a')).size(), 1U << 16);
}

}  // namespace
}  // namespace fathom
