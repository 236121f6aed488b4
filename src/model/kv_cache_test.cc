// What is stored at a position is found there, in either arithmetic.
#include "model/kv_cache.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace fathom {
namespace {

constexpr int64_t kLayers = 2, kHeads = 3, kDim = 6, kCapacity = 37;

struct Stored {
  explicit Stored(Arithmetic arithmetic) : cache({kLayers, kHeads, kDim, arithmetic}, kCapacity) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (int64_t i = 0; i < kLayers * kHeads * kCapacity * kDim; ++i) {
      keys.push_back(normal(random));
      values.push_back(normal(random) * 100);
    }
    ForEach([&](int64_t layer, int64_t head, int64_t position, int64_t at) {
      cache.Store(ActiveKernels(), layer, head, position, &keys[at], &values[at]);
    });
  }

  template <typename Body>
  static void ForEach(const Body& body) {
    int64_t at = 0;
    for (int64_t layer = 0; layer < kLayers; ++layer) {
      for (int64_t head = 0; head < kHeads; ++head) {
        for (int64_t p = 0; p < kCapacity; ++p, at += kDim) body(layer, head, p, at);
      }
    }
  }

  KvCache cache;
  std::vector<float> keys, values;
};

TEST(KvCache, KeepsFp32) {
  const Stored s(Arithmetic::kFp32);
  Stored::ForEach([&](int64_t layer, int64_t head, int64_t p, int64_t at) {
    for (int64_t i = 0; i < kDim; ++i) {
      ASSERT_EQ(s.cache.Keys(layer, head)[i * s.cache.key_stride() + p], s.keys[at + i]);
      ASSERT_EQ(s.cache.Values(layer, head)[p * kDim + i], s.values[at + i]);
    }
  });
}

TEST(KvCache, KeepsInt16WithAScaleForEachToken) {
  const Stored s(Arithmetic::kInt8);
  Stored::ForEach([&](int64_t layer, int64_t head, int64_t p, int64_t at) {
    const float key_scale = s.cache.KeyScales(layer, head)[p];
    const float value_scale = s.cache.ValueScales(layer, head)[p];
    for (int64_t i = 0; i < kDim; ++i) {
      const int16_t key =
          s.cache.Keys16(layer, head)[(i / 2 * s.cache.key_stride() + p) * 2 + i % 2];
      const int16_t value = s.cache.Values16(layer, head)[(p / 2 * kDim + i) * 2 + p % 2];
      ASSERT_NEAR(key * key_scale, s.keys[at + i], 0.51 * key_scale);
      ASSERT_NEAR(value * value_scale, s.values[at + i], 0.51 * value_scale);
      ASSERT_LE(std::abs(value), kLargestWeight);
    }
  });
}

TEST(KvCache, SaysWhatItTakes) {
  const int64_t numbers = kLayers * kHeads * kDim;
  EXPECT_EQ(KvCache::Bytes({kLayers, kHeads, kDim, Arithmetic::kFp32}, kCapacity),
            numbers * (48 + 37) * 4);
  EXPECT_EQ(KvCache::Bytes({kLayers, kHeads, kDim, Arithmetic::kInt8}, kCapacity),
            numbers * (48 + 64) * 2 + 2 * kLayers * kHeads * 64 * 4);
}

}  // namespace
}  // namespace fathom
