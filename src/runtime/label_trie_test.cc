#include "runtime/label_trie.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

namespace fathom {
namespace {

using testing::ElementsAre;

constexpr TokenId kEnd = 99;

LabelTrie Build(std::vector<LabelPath> paths) {
  return LabelTrie::Build(std::move(paths), kEnd).value();
}

TEST(LabelTrie, DifferentFirstTokensNeedOneDecision) {
  const LabelTrie trie = Build({{0, {5, 6, 7}}, {1, {3}}, {2, {9, 9}}});
  ASSERT_EQ(trie.decisions().size(), 1u);
  EXPECT_TRUE(trie.decisions()[0].path.empty());
  EXPECT_THAT(trie.decisions()[0].tokens, ElementsAre(3, 5, 9));
  EXPECT_EQ(trie.deepest_tokens(), 0);
  EXPECT_EQ(trie.labels(), 3u);
}

TEST(LabelTrie, CommonBeginningIsForced) {
  const LabelTrie trie = Build({{0, {1, 2, 3}}, {1, {1, 2, 4}}});
  ASSERT_EQ(trie.decisions().size(), 1u);
  EXPECT_THAT(trie.decisions()[0].path, ElementsAre(1, 2));
  EXPECT_THAT(trie.decisions()[0].tokens, ElementsAre(3, 4));
  EXPECT_EQ(trie.deepest_tokens(), 2);
}

TEST(LabelTrie, NestedDecisionsComeInPreorderWithTheirForcedPaths) {
  const LabelTrie trie = Build(
      {{0, {1, 2, 3, 4}}, {1, {1, 2, 3, 5, 6}}, {2, {1, 2, 3, 5, 7}}, {3, {8, 1}}, {4, {8, 2}}});
  ASSERT_EQ(trie.decisions().size(), 4u);
  EXPECT_THAT(trie.decisions()[1].path, ElementsAre(1, 2, 3));
  EXPECT_EQ(trie.decisions()[1].path_begin, 0);
  EXPECT_THAT(trie.decisions()[2].path, ElementsAre(5));
  EXPECT_EQ(trie.decisions()[2].path_begin, 3);
  EXPECT_THAT(trie.decisions()[3].path, ElementsAre(8));
  EXPECT_EQ(trie.decisions()[3].path_begin, 0);
  EXPECT_EQ(trie.deepest_tokens(), 4);
}

TEST(LabelTrie, EndIsAskedOnlyWhereAnotherLabelGoesOn) {
  const LabelTrie trie = Build({{0, {1}}, {1, {1, 2}}, {2, {3, 4}}});
  ASSERT_EQ(trie.decisions().size(), 2u);
  EXPECT_THAT(trie.decisions()[0].tokens, ElementsAre(1, 3));
  EXPECT_THAT(trie.decisions()[1].tokens, ElementsAre(kEnd, 2));
  EXPECT_EQ(trie.decisions()[1].options[0].label, 0u);
  EXPECT_EQ(trie.decisions()[1].options[1].label, 1u);
}

TEST(LabelTrie, BranchOfOneLabelIsSettledWhereItBegins) {
  // "Yes", "Yes." and "Yes!" are one label: no question which of them it is.
  const LabelTrie trie = Build({{0, {1}}, {0, {1, 2}}, {0, {1, 3}}, {1, {4}}});
  ASSERT_EQ(trie.decisions().size(), 1u);
  EXPECT_EQ(trie.decisions()[0].options[0].label, 0u);
}

TEST(LabelTrie, RejectsWhatCannotBeToldApart) {
  EXPECT_EQ(LabelTrie::Build({}, kEnd).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(LabelTrie::Build({{0, {1}}, {0, {2}}}, kEnd).error().code, ErrorCode::kInvalidArgument);
  const auto same = LabelTrie::Build({{0, {1, 2}}, {1, {1, 2}}}, kEnd);
  ASSERT_FALSE(same.ok());
  const auto nested = LabelTrie::Build({{0, {1, 2}}, {1, {1, 2}}, {2, {3}}}, kEnd);
  ASSERT_FALSE(nested.ok());
  EXPECT_EQ(nested.error().message,
            "labels 1 and 2 are written with the same tokens; give them different names");
}

TEST(LabelTrie, RejectsALabelWithoutTokens) {
  const auto trie = LabelTrie::Build({{0, {1}}, {1, {}}}, kEnd);
  ASSERT_FALSE(trie.ok());
  EXPECT_EQ(trie.error().message,
            "label 2 is written in characters for which the model has no tokens");
}

TEST(LabelTrie, SamePathTwiceIsOnePath) {
  const LabelTrie trie = Build({{0, {1}}, {0, {1}}, {1, {2}}});
  EXPECT_EQ(trie.decisions()[0].options.size(), 2u);
}

// A made-up model for the oracle: the logit of a token depends on everything before it.
double Logit(const std::vector<TokenId>& before, TokenId token) {
  double x = token * 1.7;
  for (const TokenId id : before) x = std::sin(x * 3.1 + id) * 4;
  return static_cast<float>(std::sin(x + token) * 3);  // a float, as models give
}

// Probability of each label by definition: walk each path alone; at every position the choice is
// among the tokens with which some path goes on, and the end if one ends there. A label is settled
// when no other label's path shares what was walked.
std::vector<double> OracleProbs(const std::vector<LabelPath>& paths, size_t labels) {
  std::vector<double> probs(labels);
  std::map<std::vector<TokenId>, size_t> settled;  // prefix -> label
  for (const LabelPath& path : paths) {
    double p = 1;
    std::vector<TokenId> walked;
    for (size_t at = 0;; ++at) {
      std::map<TokenId, bool> next;
      bool other_label = false;
      for (const LabelPath& o : paths) {
        if (!std::equal(walked.begin(), walked.end(), o.tokens.begin(),
                        o.tokens.begin() + std::min(o.tokens.size(), at))) {
          continue;
        }
        if (o.tokens.size() < at) continue;
        next[o.tokens.size() == at ? kEnd : o.tokens[at]] = true;
        other_label |= o.label != path.label;
      }
      if (!other_label) break;
      const TokenId token = at == path.tokens.size() ? kEnd : path.tokens[at];
      double sum = 0;
      for (const auto& [id, present] : next) sum += std::exp(Logit(walked, id));
      p *= std::exp(Logit(walked, token)) / sum;
      if (token == kEnd) break;
      walked.push_back(token);
    }
    if (settled.emplace(walked, path.label).second) probs[path.label] += p;
  }
  return probs;
}

// Goal: trie and scores agree with the definition. Method: random label sets over a tiny
// vocabulary, so that shared beginnings and prefixes are common.
TEST(LabelScores, AgreeWithTheDefinition) {
  std::mt19937 random(1);
  int checked = 0;
  for (int round = 0; round < 2000; ++round) {
    const size_t labels = 2 + random() % 5;
    std::map<std::vector<TokenId>, size_t> chosen;
    for (size_t label = 0; label < labels; ++label) {
      for (size_t spelling = 0; spelling <= random() % 3 || spelling == 0; ++spelling) {
        std::vector<TokenId> tokens(1 + random() % 4);
        for (TokenId& token : tokens) token = random() % 3;
        chosen.emplace(tokens, label);
      }
    }
    std::vector<LabelPath> paths;
    std::vector<bool> has_path(labels);
    for (const auto& [tokens, label] : chosen) {
      paths.push_back({label, tokens});
      has_path[label] = true;
    }
    if (std::find(has_path.begin(), has_path.end(), false) != has_path.end()) continue;
    const LabelTrie trie = Build(paths);
    LabelScores scores(trie);
    std::vector<TokenId> walked;
    for (size_t d = 0; d < trie.decisions().size(); ++d) {
      const TrieDecision& decision = trie.decisions()[d];
      walked.resize(decision.path_begin);
      walked.insert(walked.end(), decision.path.begin(), decision.path.end());
      std::vector<float> logits;
      for (const TokenId token : decision.tokens)
        logits.push_back(static_cast<float>(Logit(walked, token)));
      ASSERT_TRUE(scores.Add(d, logits));
    }
    const std::vector<double> expected = OracleProbs(paths, labels);
    double total = 0;
    for (size_t label = 0; label < labels; ++label) {
      EXPECT_NEAR(std::exp(scores.log_probs()[label]), expected[label], 1e-12) << "round " << round;
      total += std::exp(scores.log_probs()[label]);
    }
    EXPECT_NEAR(total, 1, 1e-12);
    ++checked;
  }
  EXPECT_GT(checked, 1000);
}

TEST(LabelScores, ExtremeLogitsKeepFiniteLogarithms) {
  const LabelTrie trie = Build({{0, {1}}, {1, {2}}});
  LabelScores scores(trie);
  ASSERT_TRUE(scores.Add(0, std::vector<float>{3e4f, -3e4f}));
  EXPECT_EQ(scores.log_probs()[0], 0);
  EXPECT_EQ(scores.log_probs()[1], -6e4);
}

TEST(LabelScores, LogitsThatAreNoNumbersAreRefused) {
  const LabelTrie trie = Build({{0, {1}}, {1, {2}}});
  EXPECT_FALSE(LabelScores(trie).Add(0, std::vector<float>{NAN, 1}));
  EXPECT_FALSE(LabelScores(trie).Add(0, std::vector<float>{INFINITY, 1}));
}

TEST(LabelTrie, FiveHundredLabels) {
  std::vector<LabelPath> paths;
  for (size_t label = 0; label < 500; ++label) {
    paths.push_back({label, {static_cast<TokenId>(label % 7), static_cast<TokenId>(label / 7)}});
  }
  const LabelTrie trie = Build(paths);
  EXPECT_EQ(trie.decisions().size(), 8u);
  EXPECT_EQ(trie.labels(), 500u);
}

}  // namespace
}  // namespace fathom
