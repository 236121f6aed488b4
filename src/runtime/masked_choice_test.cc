#include "runtime/masked_choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace fathom {
namespace {

TokenMask MaskOf(size_t vocabulary, const std::vector<TokenId>& tokens) {
  TokenMask mask{std::vector<uint64_t>((vocabulary + 63) / 64), 0};
  for (const TokenId token : tokens) mask.Add(token);
  mask.count = static_cast<int64_t>(tokens.size());
  return mask;
}

std::vector<float> RandomLogits(size_t count, std::mt19937& random) {
  std::normal_distribution<float> normal(0, 4);
  std::vector<float> logits(count);
  for (float& logit : logits) logit = normal(random);
  return logits;
}

TEST(MaskedChoice, GreedyIsTheLargestAllowed) {
  std::mt19937 random(1);
  ChoiceScratch scratch;
  for (const size_t vocabulary : {1u, 63u, 64u, 1000u, 4097u}) {
    for (const unsigned of : {1u, 2u, 50u}) {
      const std::vector<float> logits = RandomLogits(vocabulary, random);
      std::vector<TokenId> allowed = {static_cast<TokenId>(vocabulary - 1)};
      for (size_t id = 0; id + 1 < vocabulary; ++id) {
        if (random() % of == 0) allowed.push_back(static_cast<TokenId>(id));
      }
      TokenId best = allowed[0];
      double sum = 0;
      for (const TokenId id : allowed) {
        if (logits[id] > logits[best]) best = id;
        sum += std::exp(static_cast<double>(logits[id]));
      }
      const auto choice = ChooseMasked(logits, MaskOf(vocabulary, allowed), 0, 0, &scratch);
      ASSERT_TRUE(choice.has_value());
      EXPECT_EQ(choice->token, best);
      EXPECT_NEAR(choice->log_prob, logits[best] - std::log(sum), 1e-5);
    }
  }
}

// A chi-square test against the distribution by definition: 7 degrees of freedom, 0.1 %.
TEST(MaskedChoice, DrawsFromTheDistribution) {
  std::mt19937 random(2);
  const std::vector<TokenId> allowed = {3, 64, 65, 700, 1200, 1201, 1500, 1999};
  ChoiceScratch scratch;
  for (const bool many : {false, true}) {
    const size_t vocabulary = many ? 2000 : 20000;
    std::vector<float> logits = RandomLogits(vocabulary, random);
    std::vector<TokenId> mask_tokens = allowed;
    if (many) {  // allowed too, but out of reach
      for (TokenId id = 100; id < 600; ++id) mask_tokens.push_back(id);
      for (TokenId id = 100; id < 600; ++id) logits[id] = -60;
    }
    const TokenMask mask = MaskOf(vocabulary, mask_tokens);
    double total = 0;
    for (const TokenId id : allowed) total += std::exp(logits[id] / 1.7);
    std::vector<int> counts(vocabulary);
    std::uniform_real_distribution<double> uniform(0, 1);
    constexpr int kDraws = 20000;
    for (int i = 0; i < kDraws; ++i) {
      ++counts[ChooseMasked(logits, mask, 1.7, uniform(random), &scratch)->token];
    }
    double chi_square = 0;
    int drawn = 0;
    for (const TokenId id : allowed) {
      const double expected = kDraws * std::exp(logits[id] / 1.7) / total;
      chi_square += (counts[id] - expected) * (counts[id] - expected) / expected;
      drawn += counts[id];
    }
    EXPECT_EQ(drawn, kDraws);
    EXPECT_LT(chi_square, 24.3);
  }
}

TEST(MaskedChoice, NeverLeavesTheMask) {
  std::mt19937 random(3);
  ChoiceScratch scratch;
  for (int round = 0; round < 200; ++round) {
    const std::vector<float> logits = RandomLogits(300, random);
    std::vector<TokenId> allowed;
    for (TokenId id = 0; id < 300; ++id) {
      if (random() % 3 == 0) allowed.push_back(id);
    }
    const TokenMask mask = MaskOf(300, allowed);
    for (const double uniform : {0.0, 0.5, 1 - 0x1p-53}) {
      EXPECT_TRUE(mask.Has(ChooseMasked(logits, mask, 30, uniform, &scratch)->token));
    }
  }
}

TEST(MaskedChoice, IsNothingWithoutNumbers) {
  ChoiceScratch scratch;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const TokenMask mask = MaskOf(4, {0, 1});
  for (const double temperature : {0.0, 1.0}) {
    EXPECT_FALSE(
        ChooseMasked(std::vector<float>{nan, -infinity, 1, 2}, mask, temperature, 0, &scratch));
    EXPECT_FALSE(
        ChooseMasked(std::vector<float>{infinity, 1, 1, 2}, mask, temperature, 0, &scratch));
    EXPECT_EQ(
        ChooseMasked(std::vector<float>{nan, 1, 5, 2}, mask, temperature, 0.5, &scratch)->token, 1);
  }
}

}  // namespace
}  // namespace fathom
