// What goes into a panel comes out again, for every layout, with columns that do not fill a panel.
#include "kernels/packed_matrix.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace fathom {
namespace {

TEST(PackedMatrix, DequantizeColumnInvertsFillColumn) {
  const PackedShape shapes[] = {
      {.n = 33, .k = 64, .kind = PanelKind::kByte, .group = 32},
      {.n = 7, .k = 96, .kind = PanelKind::kByte, .group = 16},
      {.n = 64, .k = 32, .kind = PanelKind::kByte, .group = 32, .has_mins = true},
      {.n = 40, .k = 160, .kind = PanelKind::kNibble, .group = 32, .has_mins = true},
  };
  std::mt19937 random(1);
  for (const PackedShape& shape : shapes) {
    PackedMatrix matrix(shape);
    const int64_t groups = shape.k / shape.group;
    std::vector<std::vector<float>> expected;
    for (int64_t j = 0; j < shape.n; ++j) {
      std::vector<int8_t> q(shape.k);
      std::vector<float> scales(groups), mins(shape.has_mins ? groups : 0), values(shape.k);
      for (auto& v : q)
        v = static_cast<int8_t>(shape.kind == PanelKind::kNibble ? random() % 16
                                                                 : random() % 256 - 128);
      for (auto& s : scales) s = static_cast<float>(random() % 1024) / 512;  // exact in f16
      for (auto& m : mins) m = -static_cast<float>(random() % 1024) / 256;
      for (int64_t i = 0; i < shape.k; ++i) {
        values[i] = scales[i / shape.group] * q[i] + (shape.has_mins ? mins[i / shape.group] : 0);
      }
      matrix.FillColumn(j, q, scales, mins);
      expected.push_back(values);
    }
    for (int64_t j = 0; j < shape.n; ++j) {
      std::vector<float> values(shape.k);
      matrix.DequantizeColumn(j, values);
      EXPECT_EQ(values, expected[j]) << "column " << j;
    }
  }
}

TEST(PackedMatrix, MultiplierKeepsTinyScales) {
  EXPECT_EQ(PackMultiplier(0), 1);
  for (float largest : {1e-9f, 3e-5f, 0.7f, 8192.0f, 5e7f}) {
    const float scaled = largest / PackMultiplier(largest);
    EXPECT_GE(scaled, 8192);
    EXPECT_LT(scaled, 16384);
  }
  PackedMatrix matrix({.n = 1, .k = 32, .multiplier = PackMultiplier(1e-9f)});
  const std::vector<int8_t> q(32, 100);
  const std::vector<float> scale = {1e-9f};
  matrix.FillColumn(0, q, scale, {});
  std::vector<float> values(32);
  matrix.DequantizeColumn(0, values);
  EXPECT_NEAR(values[31], 1e-7f, 1e-7f / 2048);
}

TEST(PackedMatrix, HalfBitsCoverAllClasses) {
  EXPECT_EQ(HalfBitsToFloat(0x0000), 0.0f);
  EXPECT_EQ(HalfBitsToFloat(0x3c00), 1.0f);
  EXPECT_EQ(HalfBitsToFloat(0xc000), -2.0f);
  EXPECT_EQ(HalfBitsToFloat(0x0001), 0x1p-24f);
  EXPECT_EQ(HalfBitsToFloat(0x7bff), 65504.0f);
  EXPECT_TRUE(std::isinf(HalfBitsToFloat(0x7c00)));
  EXPECT_TRUE(std::isnan(HalfBitsToFloat(0x7e00)));
}

}  // namespace
}  // namespace fathom
