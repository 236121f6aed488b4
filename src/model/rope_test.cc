// Rotation as multiplication of complex numbers, for both ways of pairing.
#include "model/rope.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <vector>

namespace fathom {
namespace {

TEST(Rope, RotatesPairsByTheirAngle) {
  constexpr int64_t kDim = 8;
  for (RopeKind kind : {RopeKind::kAdjacentPairs, RopeKind::kHalfSplit}) {
    Rope rope({.kind = kind, .dims = kDim, .base = 10000, .factors = {}}, kDim);
    rope.Reserve(50);
    const std::vector<float> x = {1, -2, 3, 0.5f, -1, 4, 2, 7};
    std::vector<float> out(kDim);
    rope.Rotate(x.data(), 37, 0.5f, out.data());
    for (int i = 0; i < kDim / 2; ++i) {
      const bool pairs = kind == RopeKind::kAdjacentPairs;
      const int a = pairs ? 2 * i : i, b = pairs ? 2 * i + 1 : i + kDim / 2;
      const std::complex<double> turned = 0.5 * std::complex<double>(x[a], x[b]) *
                                          std::polar(1.0, 37 * std::pow(10000.0, -2.0 * i / kDim));
      EXPECT_NEAR(out[a], turned.real(), 1e-5);
      EXPECT_NEAR(out[b], turned.imag(), 1e-5);
    }
  }
}

TEST(Rope, PartOfAHeadWithFactorsAndMagnitude) {
  constexpr int64_t kDim = 6, kTurned = 4;
  Rope rope({.kind = RopeKind::kHalfSplit,
             .dims = kTurned,
             .base = 100,
             .factors = {2, 5},
             .magnitude = 1.5f},
            kDim);
  rope.Reserve(8);
  const std::vector<float> x = {1, -2, 3, 0.5f, -1, 4};
  std::vector<float> out(kDim);
  rope.Rotate(x.data(), 7, 0.5f, out.data());
  const double frequencies[] = {1.0 / 2, 0.1 / 5};
  for (int i = 0; i < 2; ++i) {
    const std::complex<double> turned =
        std::complex<double>(x[i], x[i + 2]) * std::polar(0.5 * 1.5, 7 * frequencies[i]);
    EXPECT_NEAR(out[i], turned.real(), 1e-6);
    EXPECT_NEAR(out[i + 2], turned.imag(), 1e-6);
  }
  EXPECT_EQ(out[4], -0.5f);
  EXPECT_EQ(out[5], 2);
}

TEST(Rope, ReservingMoreKeepsWhatWasKnown) {
  const RopeConfig config{.kind = RopeKind::kHalfSplit, .dims = 4, .base = 1000, .factors = {}};
  Rope small(config, 4), large(config, 4);
  small.Reserve(3);
  small.Reserve(4);
  small.Reserve(100);
  large.Reserve(100);
  const std::vector<float> x = {1, 2, 3, 4};
  for (int64_t position : {0, 2, 3, 99}) {
    std::vector<float> a(4), b(4);
    small.Rotate(x.data(), position, 1, a.data());
    large.Rotate(x.data(), position, 1, b.data());
    EXPECT_EQ(a, b);
  }
}

}  // namespace
}  // namespace fathom
