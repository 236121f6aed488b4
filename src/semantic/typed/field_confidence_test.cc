// Goal: every decided token counts for the field it decided.
// Method: an answer whose tokens are written out, each with a log-probability of its own.
#include "semantic/typed/field_confidence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace fathom {
namespace {

// Ends behind the only place of `text` in `answer`.
DecidedToken Token(const std::string& answer, const std::string& text, double log_prob) {
  return {answer.find(text) + text.size(), log_prob};
}

TEST(FieldConfidence, TokensCountForTheirField) {
  const std::string answer = R"({"a": "xy", "b": [{"c": 1}, {"c": 23}], "d": null})";
  Result<JsonNode> root = ParseJsonTree(answer);
  ASSERT_TRUE(root.ok());
  const std::vector<DecidedToken> decided = {
      Token(answer, R"("a": "x)", -1),   Token(answer, R"(xy", ")", -2),  // into the next key
      Token(answer, R"("b": [)", -4),                                     // opens the list
      Token(answer, R"({"c": 1)", -8),   Token(answer, R"(1},)", -16),    // goes on with the list
      Token(answer, R"({"c": 23)", -32), Token(answer, R"(23}], ")", -64), {answer.size(), -128},
  };
  AddLogProbs(decided, &*root);
  std::vector<double> log_probs;
  for (const JsonNode* leaf : Leaves(*root)) log_probs.push_back(leaf->log_prob);
  EXPECT_EQ(log_probs, (std::vector<double>{-3, -28, -96, -128}));
  EXPECT_DOUBLE_EQ(ConfidenceOf(root->children[1]), std::exp(-124.0));
  EXPECT_DOUBLE_EQ(AnswerConfidence(*root), std::exp(-128.0));
}

TEST(FieldConfidence, OfAnAnswerThatIsNoObjectItIsOfAll) {
  Result<JsonNode> root = ParseJsonTree("[1, 2]");
  ASSERT_TRUE(root.ok());
  AddLogProbs(std::vector<DecidedToken>{{2, -.5}, {5, -.25}}, &*root);
  EXPECT_DOUBLE_EQ(AnswerConfidence(*root), std::exp(-.75));
}

}  // namespace
}  // namespace fathom
