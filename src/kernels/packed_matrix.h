// Weights in the layout the kernels read: panels of 32 output columns.
//
// A matrix maps k inputs to n outputs (out[j] = sum_i in[i] * w[i][j]). Panel p holds outputs
// 32p .. 32p+31; inputs go in quads because vpdpbusd multiplies four bytes at a time.
//
//   byte panel    u8 codes[k/4][32][4]:  code = q + 128, q in -128..127
//   nibble panel  u8 codes[k/32][4][32][4]:  byte [b][j][c][o] holds in its low nibble input
//                 32b + 4j + o and in its high nibble input 32b + 16 + 4j + o of column c;
//                 q in 0..15
//   scales        f16 [k/group][32];  mins  f16 [k/group][32] or none
//   float panels  f16, bf16 or f32 [k][32]: the weights as they are
//
// With codes, w[i][j] = multiplier[p] * (scale * q + min). A panel's multiplier is a power of two
// that brings its largest scale or min into [2^13, 2^14): f16 then keeps 11 bits of any scale that
// is not 2^27 times smaller than the largest one. Scales that are f16 in the file stay exact.
#pragma once

#include <cstdint>
#include <span>

#include "base/aligned_buffer.h"

namespace fathom {

inline constexpr int64_t kPanelColumns = 32;
inline constexpr int64_t kActivationBlock = 32;  // inputs that share an activation scale

enum class PanelKind { kByte, kNibble, kHalf, kBfloat16, kFloat };

// Weights without codes: multiplied in fp32.
constexpr bool IsFloat(PanelKind kind) {
  return kind != PanelKind::kByte && kind != PanelKind::kNibble;
}

struct PackedShape {
  int64_t n = 0;  // outputs
  int64_t k = 0;  // inputs; a multiple of 32 with codes
  PanelKind kind = PanelKind::kByte;
  int group = 32;         // inputs that share a weight scale: 32, or 16 (byte panels without mins)
  bool has_mins = false;  // always true for nibble panels
};

// Threads: FillPanel and FillFloats may be called concurrently for different panels.
class PackedMatrix {
 public:
  PackedMatrix() = default;
  // REQUIRES a combination of kind, k, group and mins named above
  explicit PackedMatrix(const PackedShape& shape);

  const PackedShape& shape() const { return shape_; }
  int64_t n() const { return shape_.n; }
  int64_t k() const { return shape_.k; }
  int64_t panels() const { return (shape_.n + kPanelColumns - 1) / kPanelColumns; }
  int64_t groups() const { return shape_.k / shape_.group; }

  // Of a float panel: its numbers.
  const uint8_t* codes(int64_t panel) const { return codes_.data() + panel * panel_bytes_; }
  const uint16_t* scales(int64_t panel) const {
    return scales_.data() + panel * groups() * kPanelColumns;
  }
  const uint16_t* mins(int64_t panel) const {
    return mins_.data() + panel * groups() * kPanelColumns;
  }
  float multiplier(int64_t panel) const { return multipliers_[panel]; }
  // Outputs in a panel: 32, fewer in the last one.
  int64_t columns(int64_t panel) const;
  int64_t bytes() const;

  // Stores all outputs of a panel. REQUIRES codes; finite scales and mins
  // Shapes  q [columns, k] (range as above); scales, mins [columns, k/group]; mins empty without
  //         has_mins
  void FillPanel(int64_t panel, std::span<const int8_t> q, std::span<const float> scales,
                 std::span<const float> mins);

  // The same for floats, which come in their own width.
  // Shapes  values [columns, k]
  void FillFloats(int64_t panel, std::span<const uint8_t> values);

  // out[i] = w[i][j] for all k inputs.
  void DequantizeColumn(int64_t j, std::span<float> out) const;

  // w[i][column] of a float panel.
  float FloatAt(int64_t panel, int64_t i, int64_t column) const;

 private:
  float CodeAt(int64_t panel, int64_t i, int64_t column) const;
  void FillCodes(int64_t panel, int64_t column, std::span<const int8_t> q);

  PackedShape shape_;
  int64_t panel_bytes_ = 0;
  AlignedBuffer<uint8_t> codes_;
  AlignedBuffer<uint16_t> scales_;
  AlignedBuffer<uint16_t> mins_;
  AlignedBuffer<float> multipliers_;
};

}  // namespace fathom
