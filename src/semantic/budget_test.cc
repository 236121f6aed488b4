// Goal: a budget lets through exactly the rows that fit whatever they decode.
#include "semantic/budget.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

using Clock = Budget::Clock;

const TaskTokens kNeed{.prefix = 100, .rows = {10, 20, 30}, .generated_row_max = 5};

size_t WithTokens(int64_t limit, int64_t spent) {
  return Budget({.tokens = limit}, Clock::now()).Affordable(kNeed, {}, {.tokens = spent});
}

TEST(Budget, WithoutLimitsEverythingFits) {
  const Budget budget;
  EXPECT_FALSE(budget.limits_work());
  EXPECT_FALSE(budget.deadline().has_value());
  EXPECT_EQ(budget.Affordable(kNeed, {}, {}), 3u);
}

TEST(Budget, TokensAreReservedWithPrefixAndDecoding) {
  EXPECT_EQ(WithTokens(114, 0), 0u);
  EXPECT_EQ(WithTokens(115, 0), 1u);
  EXPECT_EQ(WithTokens(139, 0), 1u);
  EXPECT_EQ(WithTokens(140, 0), 2u);
  EXPECT_EQ(WithTokens(175, 0), 3u);
  EXPECT_EQ(WithTokens(175, 1), 2u);  // something was spent before
}

TEST(Budget, MoneyFollowsThePriceOfTheModel) {
  const Price price{.prompt = 1e6, .generated = 2e6};  // a dollar a token, two for a decoded one
  EXPECT_DOUBLE_EQ(Cost(price, 3, 4), 11);
  const Budget budget({.cost = 150}, Clock::now());
  EXPECT_EQ(budget.Affordable(kNeed, price, {}), 2u);  // 100 + 30 + 20; the third needs 40 more
  EXPECT_EQ(budget.Affordable(kNeed, price, {.cost = 0.5}), 1u);
  EXPECT_EQ(budget.Affordable(kNeed, {}, {.cost = 149}), 3u);  // a local model costs nothing
}

TEST(Budget, SaysWhatIsUsedUp) {
  const Budget budget({.tokens = 1000, .seconds = 60, .cost = 0.25}, Clock::now());
  const std::string text = budget.Explain({.tokens = 990, .cost = 0.1});
  for (const char* part : {"990 of 1000 tokens (ai_max_tokens)", "of 60 s (ai_max_seconds)",
                           "$0.1 of $0.25 (ai_max_cost)"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace fathom
