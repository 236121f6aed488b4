// Every half survives the way to float and back; rounding is to nearest even at the borders.
#include "base/half.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fathom {
namespace {

TEST(Half, EveryHalfSurvives) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = HalfToFloat(static_cast<uint16_t>(bits));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(HalfToFloat(FloatToHalf(value))));
    } else {
      ASSERT_EQ(FloatToHalf(value), bits);
    }
  }
}

TEST(Half, KnownValues) {
  EXPECT_EQ(HalfToFloat(0x3C00), 1.0f);
  EXPECT_EQ(HalfToFloat(0xC000), -2.0f);
  EXPECT_EQ(HalfToFloat(0x0001), 0x1p-24f);
  EXPECT_EQ(HalfToFloat(0x7BFF), 65504.0f);
  EXPECT_TRUE(std::isinf(HalfToFloat(0x7C00)));
}

TEST(Half, RoundsToNearestEven) {
  EXPECT_EQ(FloatToHalf(1 + 0x1p-11f), 0x3C00);             // a tie, down to even
  EXPECT_EQ(FloatToHalf(1 + 3 * 0x1p-11f), 0x3C02);         // a tie, up to even
  EXPECT_EQ(FloatToHalf(1 + 0x1p-11f + 0x1p-20f), 0x3C01);  // above the tie
  EXPECT_EQ(FloatToHalf(65519.0f), 0x7BFF);
  EXPECT_EQ(FloatToHalf(65520.0f), 0x7C00);
  EXPECT_EQ(FloatToHalf(0x1p-25f), 0x0000);  // half the smallest: to even
}

}  // namespace
}  // namespace fathom
