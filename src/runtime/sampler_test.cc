#include "runtime/sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <vector>

namespace fathom {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

TEST(GreedyToken, LowestIdAmongEquals) {
  EXPECT_EQ(GreedyToken(std::vector<float>{1, 3, 3, 2}), 1);
  EXPECT_EQ(GreedyToken(std::vector<float>{-5}), 0);
}

TEST(GreedyToken, NanNeverWins) {
  EXPECT_EQ(GreedyToken(std::vector<float>{kNan, -3, kNan}), 1);
  EXPECT_EQ(GreedyToken(std::vector<float>{kNan, -kInf}), std::nullopt);
  EXPECT_EQ(GreedyToken({}), std::nullopt);
}

TEST(UniformDraw, IsAFunctionOfKeyAndIndex) {
  EXPECT_EQ(UniformDraw({7}, 3), UniformDraw({7}, 3));
  std::set<double> seen;
  for (uint64_t key = 0; key < 20; ++key) {
    for (uint64_t index = 0; index < 50; ++index) {
      const double draw = UniformDraw({key}, index);
      EXPECT_GE(draw, 0);
      EXPECT_LT(draw, 1);
      seen.insert(draw);
    }
  }
  EXPECT_EQ(seen.size(), 1000u);
}

// Method: the mean of n uniform draws lies within 5 standard errors of 1/2.
TEST(UniformDraw, MeanIsHalf) {
  const int n = 20000;
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += UniformDraw({42}, i);
  EXPECT_NEAR(sum / n, .5, 5 * std::sqrt(1.0 / 12 / n));
}

// Goal: observed frequencies follow softmax(logits / T), within 5 standard errors.
TEST(SampleToken, FollowsTheSoftmax) {
  const std::vector<float> logits = {0, 1, 2, kNan, -1};
  for (const double temperature : {.5, 1.0, 2.0}) {
    std::vector<double> expected(logits.size());
    double total = 0;
    for (size_t i = 0; i < logits.size(); ++i) {
      expected[i] = std::isnan(logits[i]) ? 0 : std::exp(logits[i] / temperature);
      total += expected[i];
    }
    std::vector<int> counts(logits.size());
    const int n = 20000;
    for (int i = 0; i < n; ++i) {
      ++counts[*SampleToken(logits, temperature, UniformDraw({1}, i))];
    }
    for (size_t i = 0; i < logits.size(); ++i) {
      const double p = expected[i] / total;
      EXPECT_NEAR(counts[i] / double{n}, p, 5 * std::sqrt(p * (1 - p) / n)) << temperature;
    }
  }
}

TEST(SampleToken, EdgesOfTheUnitInterval) {
  const std::vector<float> logits = {-kInf, 2, 2, -kInf};
  EXPECT_EQ(SampleToken(logits, 1, 0), 1);
  EXPECT_EQ(SampleToken(logits, 1, std::nextafter(1.0, 0.0)), 2);
  EXPECT_EQ(SampleToken(std::vector<float>{kNan}, 1, .5), std::nullopt);
}

TEST(SampleToken, TinyTemperatureIsGreedy) {
  const std::vector<float> logits = {1, 1.5f, 1.4f};
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(SampleToken(logits, 1e-4, UniformDraw({9}, i)), 1);
  }
}

}  // namespace
}  // namespace fathom
