// Weights in the layout the kernels read: panels of 32 output columns.
//
// A matrix maps k inputs to n outputs (out[j] = sum_i in[i] * w[i][j]). Panel p holds outputs
// 32p .. 32p+31; inputs go in quads because vpdpbusd multiplies four bytes at a time.
//
// A code is q + zero without mins and q with mins; it is never negative. A panel is a row of blocks
// of 32 inputs (8 quads); of input 4t + o of its block, column c has
//
//   byte       u8 [8][32][4]   the code at [t][c][o]; zero 128
//   nibble     u8 [4][32][4]   the lower four bits: of quads 0..3 the low nibble of [t][c][o],
//                              of quads 4..7 the high nibble of [t-4][c][o]; zero 8
//   nonlinear                  as nibble; q = kNonlinearValues[code], zero 128
//   five       the nibbles, then u8 [32][4]: the fifth bit is bit t of [c][o]; zero 16
//   six        the nibbles, then u8 [2][32][4]: the upper two bits are bits 2(t%4), 2(t%4)+1 of
//                              [t/4][c][o]; zero 32
//   scales     f16 [k/group][32];  mins  f16 [k/group][32] or none
//   half, bfloat16, float      f16, bf16 or f32 [k][32]: the weights as they are, no codes
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

enum class PanelKind { kByte, kNibble, kNonlinear, kFive, kSix, kHalf, kBfloat16, kFloat };

// What the nibbles of a nonlinear panel stand for: the values of GGUF's IQ4_NL.
inline constexpr int8_t kNonlinearValues[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                                1,    13,   25,  38,  53,  69,  89,  113};

// Weights without codes: multiplied in fp32.
constexpr bool IsFloat(PanelKind kind) {
  return kind == PanelKind::kHalf || kind == PanelKind::kBfloat16 || kind == PanelKind::kFloat;
}

// Bytes of the 32 inputs of a block of codes in all columns of a panel.
constexpr int64_t BlockBytes(PanelKind kind) {
  switch (kind) {
    case PanelKind::kNibble:
    case PanelKind::kNonlinear: return 512;
    case PanelKind::kFive: return 640;
    case PanelKind::kSix: return 768;
    default: return 1024;
  }
}

// What is added to q to make a code.
constexpr int ZeroOf(PanelKind kind, bool has_mins) {
  if (has_mins) return 0;
  switch (kind) {
    case PanelKind::kNibble: return 8;
    case PanelKind::kFive: return 16;
    case PanelKind::kSix: return 32;
    default: return 128;
  }
}

// -128 * sum is what the activations hold; shifted right by this it is -zero * sum, exactly.
constexpr int ZeroShift(int zero) { return zero == 128 ? 0 : zero == 32 ? 2 : zero == 16 ? 3 : 4; }

struct PackedShape {
  int64_t n = 0;  // outputs
  int64_t k = 0;  // inputs; a multiple of 32 with codes
  PanelKind kind = PanelKind::kByte;
  int group = 32;         // inputs that share a weight scale: 32; 16 for kSix
  bool has_mins = false;  // possible for kNibble and kFive
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

  // Stores all outputs of a panel, once.
  // Shapes    q [columns, k]; scales, mins [columns, k/group]; mins empty without has_mins
  // REQUIRES  codes, one for each q; scales and mins that are 0 or finite and at least 2^-114
  void FillPanel(int64_t panel, std::span<const int8_t> q, std::span<const float> scales,
                 std::span<const float> mins);

  // The same for floats, which come in their own width.
  // Shapes  values [columns, k]
  void FillFloats(int64_t panel, std::span<const uint8_t> values);

  // out[i] = w[i][j] for all k inputs.
  void DequantizeColumn(int64_t j, std::span<float> out) const;

  // q of input i, all columns; those beyond the last are unspecified. REQUIRES codes
  void CodesOf(int64_t panel, int64_t i, std::span<int16_t, kPanelColumns> q) const;

  // w[i][column] of a float panel.
  float FloatAt(int64_t panel, int64_t i, int64_t column) const;

 private:
  int CodeAt(int64_t panel, int64_t i, int64_t column) const;
  void FillCodes(int64_t panel, std::span<const int8_t> q);

  PackedShape shape_;
  int64_t panel_bytes_ = 0;
  AlignedBuffer<uint8_t> codes_;
  AlignedBuffer<uint16_t> scales_;
  AlignedBuffer<uint16_t> mins_;
  AlignedBuffer<float> multipliers_;
};

}  // namespace fathom
