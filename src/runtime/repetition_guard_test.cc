#include "runtime/repetition_guard.h"

#include <gtest/gtest.h>

#include <vector>

namespace fathom {
namespace {

std::vector<TokenId> Repeat(size_t period, size_t tokens) {
  std::vector<TokenId> out = {900, 901, 902};  // an honest beginning
  for (size_t i = 0; i < tokens; ++i) out.push_back(static_cast<TokenId>(i % period));
  return out;
}

TEST(FindLoop, FindsTheShortestPhrase) {
  EXPECT_EQ(FindLoop(Repeat(1, kLoopTokens)), 1u);
  EXPECT_EQ(FindLoop(Repeat(5, kLoopTokens)), 5u);
  EXPECT_EQ(FindLoop(Repeat(kLoopPeriod, kLoopTokens)), kLoopPeriod);
}

TEST(FindLoop, LetsHonestTextPass) {
  EXPECT_EQ(FindLoop({}), 0u);
  EXPECT_EQ(FindLoop(Repeat(1, kLoopTokens - 1)), 0u);
  EXPECT_EQ(FindLoop(Repeat(kLoopPeriod + 1, kLoopTokens)), 0u);
  std::vector<TokenId> broken = Repeat(4, kLoopTokens);
  broken[broken.size() - 50] = 77;
  EXPECT_EQ(FindLoop(broken), 0u);
}

}  // namespace
}  // namespace fathom
