// What goes into a panel comes out again, for every layout, with columns that do not fill a panel.
#include "kernels/packed_matrix.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <vector>

#include "base/half.h"
#include "kernels/code_shapes_test_util.h"

namespace fathom {
namespace {

struct PanelData {
  std::vector<int8_t> q;
  std::vector<float> scales, mins;
};

// Scales and mins that f16 holds exactly.
PanelData RandomPanel(const PackedMatrix& matrix, int64_t panel, std::mt19937& random) {
  const PackedShape& shape = matrix.shape();
  const int64_t columns = matrix.columns(panel), groups = columns * matrix.groups();
  PanelData data{std::vector<int8_t>(columns * shape.k), std::vector<float>(groups),
                 std::vector<float>(shape.has_mins ? groups : 0)};
  for (auto& v : data.q) v = ValueAt(shape, random() % CountOfValues(shape.kind));
  for (auto& s : data.scales) s = static_cast<float>(random() % 1024) / 512;
  for (auto& m : data.mins) m = -static_cast<float>(random() % 1024) / 256;
  return data;
}

TEST(PackedMatrix, DequantizingInvertsFillPanel) {
  std::mt19937 random(1);
  for (const PackedShape& shape : kCodeShapes) {
    PackedMatrix matrix(shape);
    for (int64_t panel = 0; panel < matrix.panels(); ++panel) {
      const PanelData data = RandomPanel(matrix, panel, random);
      matrix.FillPanel(panel, data.q, data.scales, data.mins);
      std::vector<float> values(shape.k);
      for (int64_t c = 0; c < matrix.columns(panel); ++c) {
        matrix.DequantizeColumn(panel * kPanelColumns + c, values);
        for (int64_t i = 0; i < shape.k; ++i) {
          const size_t group = (c * shape.k + i) / shape.group;
          const float min = shape.has_mins ? data.mins[group] : 0;
          ASSERT_EQ(values[i], data.scales[group] * data.q[c * shape.k + i] + min);
        }
      }
    }
  }
}

// Numbers that all three widths hold exactly; k is no multiple of 32.
TEST(PackedMatrix, FloatsStayAsTheyAre) {
  const int64_t n = 40, k = 45;
  const auto number = [&](int64_t i, int64_t j) { return static_cast<float>(i - 2 * j) / 8; };
  for (PanelKind kind : {PanelKind::kHalf, PanelKind::kBfloat16, PanelKind::kFloat}) {
    const int64_t bytes = kind == PanelKind::kFloat ? 4 : 2;
    PackedMatrix matrix({.n = n, .k = k, .kind = kind});
    EXPECT_EQ(matrix.bytes(), 2 * kPanelColumns * k * bytes);
    for (int64_t panel = 0; panel < matrix.panels(); ++panel) {
      std::vector<uint8_t> values;
      for (int64_t j = panel * 32; j < panel * 32 + matrix.columns(panel); ++j) {
        for (int64_t i = 0; i < k; ++i) {
          const uint32_t wide = std::bit_cast<uint32_t>(number(i, j));
          const uint16_t narrow = kind == PanelKind::kHalf ? FloatToHalf(number(i, j)) : wide >> 16;
          const auto* from = bytes == 4 ? reinterpret_cast<const uint8_t*>(&wide)
                                        : reinterpret_cast<const uint8_t*>(&narrow);
          values.insert(values.end(), from, from + bytes);
        }
      }
      matrix.FillFloats(panel, values);
    }
    std::vector<float> column(k);
    for (int64_t j = 0; j < n; ++j) {
      matrix.DequantizeColumn(j, column);
      for (int64_t i = 0; i < k; ++i) ASSERT_EQ(column[i], number(i, j)) << i << " " << j;
    }
  }
}

TEST(PackedMatrix, TinyScalesKeepTheirBits) {
  PackedMatrix matrix({.n = 1, .k = 32});
  matrix.FillPanel(0, std::vector<int8_t>(32, 100), std::vector<float>{1e-9f}, {});
  std::vector<float> values(32);
  matrix.DequantizeColumn(0, values);
  EXPECT_NEAR(values[31], 1e-7f, 1e-7f / 2048);
}

TEST(PackedMatrix, ZeroScalesAreFine) {
  PackedMatrix matrix({.n = 1, .k = 32});
  matrix.FillPanel(0, std::vector<int8_t>(32, 100), std::vector<float>{0}, {});
  std::vector<float> values(32, 1);
  matrix.DequantizeColumn(0, values);
  EXPECT_EQ(values, std::vector<float>(32, 0));
}

}  // namespace
}  // namespace fathom
