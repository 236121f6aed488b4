// Weights in the layout the int8 kernels read: panels of 32 output columns.
//
// A matrix maps k inputs to n outputs (out[j] = sum_i in[i] * w[i][j]). Panel p holds outputs
// 32p .. 32p+31; inputs go in quads because vpdpbusd multiplies four bytes at a time.
//
//   byte panel    u8 codes[k/4][32][4]:  code = q + 128, q in -128..127
//   nibble panel  u8 codes[k/32][4][32][4]:  byte [b][j][c][o] holds in its low nibble input
//                 32b + 4j + o and in its high nibble input 32b + 16 + 4j + o of column c;
//                 q in 0..15
//   scales        f16 [k/group][32];  mins  f16 [k/group][32] or none
//
// w[i][j] = multiplier * (scale * q + min). `multiplier` is a power of two chosen so that the
// largest scale or min of the matrix lies in [2^13, 2^14): f16 then keeps 11 bits of any scale that
// is not 2^27 times smaller than the largest one. Scales that are f16 in the file stay exact.
#pragma once

#include <cstdint>
#include <span>

#include "base/aligned_buffer.h"

namespace fathom {

inline constexpr int64_t kPanelColumns = 32;
inline constexpr int64_t kActivationBlock = 32;  // inputs that share an activation scale

enum class PanelKind { kByte, kNibble };

struct PackedShape {
  int64_t n = 0;  // outputs
  int64_t k = 0;  // inputs; a multiple of 32
  PanelKind kind = PanelKind::kByte;
  int group = 32;         // inputs that share a weight scale: 32, or 16 (byte panels without mins)
  bool has_mins = false;  // always true for nibble panels
  float multiplier = 1;
};

// Threads: FillColumn may be called concurrently for different panels.
class PackedMatrix {
 public:
  PackedMatrix() = default;
  // REQUIRES shape.k % 32 == 0 and a combination of kind, group and mins named above
  explicit PackedMatrix(const PackedShape& shape);

  const PackedShape& shape() const { return shape_; }
  int64_t n() const { return shape_.n; }
  int64_t k() const { return shape_.k; }
  int64_t panels() const { return (shape_.n + kPanelColumns - 1) / kPanelColumns; }
  int64_t groups() const { return shape_.k / shape_.group; }

  const uint8_t* codes(int64_t panel) const { return codes_.data() + panel * panel_bytes_; }
  const uint16_t* scales(int64_t panel) const {
    return scales_.data() + panel * groups() * kPanelColumns;
  }
  const uint16_t* mins(int64_t panel) const {
    return mins_.data() + panel * groups() * kPanelColumns;
  }
  int64_t bytes() const;

  // Stores output j: q[k] (range as above), scales and mins [k/group] before the multiplier is
  // taken out (they are divided by it and rounded to f16). `mins` is empty without has_mins.
  void FillColumn(int64_t j, std::span<const int8_t> q, std::span<const float> scales,
                  std::span<const float> mins);

  // out[i] = w[i][j] for all k inputs.
  void DequantizeColumn(int64_t j, std::span<float> out) const;

 private:
  PackedShape shape_;
  int64_t panel_bytes_ = 0;
  AlignedBuffer<uint8_t> codes_;
  AlignedBuffer<uint16_t> scales_;
  AlignedBuffer<uint16_t> mins_;
};

// The power of two that brings `largest` into [2^13, 2^14) when divided by it; 1 for 0.
float PackMultiplier(float largest);

float HalfBitsToFloat(uint16_t half);  // IEEE 754 binary16, exact

}  // namespace fathom
