// Attend against a plain sum in double, for every small place where blocks, prefix and window can
// meet; and each token alone against the same token in its block, to the bit.
#include "model/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace fathom {
namespace {

constexpr int64_t kDim = 8, kGroup = 2;

// A cache, and in fp32 what was stored in it; what lies beyond its tokens is not zero.
struct RandomTokens {
  RandomTokens(const KernelTable& kernels, Arithmetic arithmetic, int64_t tokens, int64_t capacity,
               unsigned seed)
      : cache({1, 1, kDim, arithmetic}, capacity), keys(capacity * kDim), values(capacity * kDim) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    for (float& key : keys) key = normal(random);
    for (float& value : values) value = normal(random);
    for (int64_t p = 0; p < capacity; ++p) {
      cache.Store(kernels, 0, 0, p, &keys[p * kDim], &values[p * kDim]);
    }
    cache.set_tokens(tokens);
  }

  KvCache cache;
  std::vector<float> keys, values;  // [capacity, head_dim]
};

struct Case {
  int64_t shared, first, tokens, window;
};

struct Setting {
  Setting(const KernelTable& kernels, Arithmetic arithmetic, const Case& c)
      : prefix(kernels, arithmetic, c.shared, c.shared + 3, 1),
        own(kernels, arithmetic, c.first, c.first + c.tokens + 2, 2),
        queries(c.tokens * kGroup * kDim) {
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    for (float& q : queries) q = normal(random);
  }

  // tokens [begin, begin + count) of the case
  std::vector<float> Run(const KernelTable& kernels, const Case& c, int64_t begin,
                         int64_t count) const {
    std::vector<float> out(count * kGroup * kDim);
    AttentionScratch scratch;
    Attend(kernels,
           {.head_dim = kDim,
            .group = kGroup,
            .prefix = c.shared == 0 ? nullptr : &prefix.cache,
            .own = &own.cache,
            .first_token = c.first + begin,
            .tokens = count,
            .window = c.window,
            .queries = &queries[begin * kGroup * kDim],
            .out = out.data()},
           scratch);
    return out;
  }

  // Number i of the key (or value) at a position.
  double Key(int64_t position, int64_t i) const {
    const int64_t shared = prefix.cache.tokens();
    return position < shared ? prefix.keys[position * kDim + i]
                             : own.keys[(position - shared) * kDim + i];
  }
  double Value(int64_t position, int64_t i) const {
    const int64_t shared = prefix.cache.tokens();
    return position < shared ? prefix.values[position * kDim + i]
                             : own.values[(position - shared) * kDim + i];
  }

  std::vector<double> Plain(const Case& c, int64_t row) const {
    const int64_t position = c.shared + c.first + row / kGroup;
    std::vector<double> out(kDim);
    double sum = 0;
    for (int64_t p = 0; p <= position; ++p) {
      if (c.window != 0 && p <= position - c.window) continue;
      double dot = 0;
      for (int64_t i = 0; i < kDim; ++i) dot += queries[row * kDim + i] * Key(p, i);
      sum += std::exp(dot);
      for (int64_t i = 0; i < kDim; ++i) out[i] += std::exp(dot) * Value(p, i);
    }
    for (double& v : out) v /= sum;
    return out;
  }

  RandomTokens prefix, own;
  std::vector<float> queries;
};

void Check(const KernelTable& kernels, Arithmetic arithmetic, const Case& c) {
  const double near = arithmetic == Arithmetic::kFp32 ? 2e-5 : 1e-3;
  const Setting setting(kernels, arithmetic, c);
  const std::vector<float> out = setting.Run(kernels, c, 0, c.tokens);
  for (int64_t row = 0; row < c.tokens * kGroup; ++row) {
    const std::vector<double> plain = setting.Plain(c, row);
    for (int64_t i = 0; i < kDim; ++i) ASSERT_NEAR(out[row * kDim + i], plain[i], near);
  }
  for (int64_t t = 0; t < c.tokens; ++t) {
    const std::vector<float> alone = setting.Run(kernels, c, t, 1);
    ASSERT_TRUE(std::equal(alone.begin(), alone.end(), out.begin() + t * kGroup * kDim)) << t;
  }
}

TEST(Attention, EveryPlaceOfPrefixBlockAndWindow) {
  for (const KernelTable* kernels : AvailableKernels()) {
    for (int64_t shared : {0, 1, 5, 40}) {
      for (int64_t first : {0, 1, 33}) {
        for (int64_t tokens : {1, 2, 32, 33, 70}) {
          for (int64_t window : {0, 1, 2, 5, 31, 32, 33, 64, 100, 1000}) {
            SCOPED_TRACE(testing::Message()
                         << kernels->name << " prefix " << shared << " first " << first
                         << " tokens " << tokens << " window " << window);
            Check(*kernels, Arithmetic::kFp32, {shared, first, tokens, window});
            Check(*kernels, Arithmetic::kInt8, {shared, first, tokens, window});
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace fathom
