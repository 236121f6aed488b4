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
    Rope rope(kind, kDim, 10000);
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

TEST(Rope, ReservingMoreKeepsWhatWasKnown) {
  Rope small(RopeKind::kHalfSplit, 4, 1000), large(RopeKind::kHalfSplit, 4, 1000);
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
