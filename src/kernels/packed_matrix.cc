#include "kernels/packed_matrix.h"

#include <bit>
#include <cmath>

#include "base/assert.h"

namespace fathom {
namespace {

// Round to nearest even; |value| < 65504 (PackMultiplier sees to it).
uint16_t FloatToHalfBits(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint16_t sign = static_cast<uint16_t>((bits >> 16) & 0x8000);
  const float magnitude = std::fabs(value);
  if (magnitude < 0x1p-14f) {  // subnormal half: a multiple of 2^-24
    return sign | static_cast<uint16_t>(std::nearbyint(magnitude * 0x1p24f));
  }
  const uint32_t rounded = (bits & 0x7fffffff) + 0xfff + ((bits >> 13) & 1);
  return sign | static_cast<uint16_t>((rounded - (112u << 23)) >> 13);
}

// Where input i of a column sits in a panel: byte offset and whether in the high nibble.
struct CodePlace {
  int64_t byte;
  bool high;
};

CodePlace NibblePlace(int64_t i, int64_t column) {
  const int64_t block = i / 32, within = i % 32;
  return {block * 512 + (within % 16) / 4 * 128 + column * 4 + within % 4, within >= 16};
}

int64_t BytePlace(int64_t i, int64_t column) { return i / 4 * 128 + column * 4 + i % 4; }

}  // namespace

float HalfBitsToFloat(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
  const uint32_t exponent = (half >> 10) & 31, mantissa = half & 1023;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  const uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

float PackMultiplier(float largest) {
  if (largest == 0) return 1;
  return std::ldexp(1.0f, std::ilogb(largest) - 13);
}

PackedMatrix::PackedMatrix(const PackedShape& shape) : shape_(shape) {
  FATHOM_ASSERT(shape.k % 32 == 0 && shape.n > 0 && shape.k > 0);
  const bool nibble = shape.kind == PanelKind::kNibble;
  FATHOM_ASSERT(shape.group == 32 || (shape.group == 16 && !nibble && !shape.has_mins));
  FATHOM_ASSERT(!nibble || shape.has_mins);
  panel_bytes_ = shape.k * kPanelColumns / (nibble ? 2 : 1);
  codes_ = AlignedBuffer<uint8_t>(panels() * panel_bytes_);
  scales_ = AlignedBuffer<uint16_t>(panels() * groups() * kPanelColumns);
  if (shape.has_mins) mins_ = AlignedBuffer<uint16_t>(panels() * groups() * kPanelColumns);
}

int64_t PackedMatrix::bytes() const {
  return static_cast<int64_t>(codes_.size() + 2 * scales_.size() + 2 * mins_.size());
}

void PackedMatrix::FillColumn(int64_t j, std::span<const int8_t> q, std::span<const float> scales,
                              std::span<const float> mins) {
  const int64_t panel = j / kPanelColumns, column = j % kPanelColumns;
  uint8_t* codes = codes_.data() + panel * panel_bytes_;
  for (int64_t i = 0; i < shape_.k; ++i) {
    if (shape_.kind == PanelKind::kByte) {
      codes[BytePlace(i, column)] = static_cast<uint8_t>(q[i] + 128);
    } else {
      const CodePlace place = NibblePlace(i, column);
      codes[place.byte] |= static_cast<uint8_t>(place.high ? q[i] << 4 : q[i]);
    }
  }
  const float inverse = 1 / shape_.multiplier;
  for (int64_t g = 0; g < groups(); ++g) {
    const int64_t at = (panel * groups() + g) * kPanelColumns + column;
    scales_[at] = FloatToHalfBits(scales[g] * inverse);
    if (shape_.has_mins) mins_[at] = FloatToHalfBits(mins[g] * inverse);
  }
}

void PackedMatrix::DequantizeColumn(int64_t j, std::span<float> out) const {
  const int64_t panel = j / kPanelColumns, column = j % kPanelColumns;
  const uint8_t* panel_codes = codes(panel);
  for (int64_t g = 0; g < groups(); ++g) {
    const int64_t at = g * kPanelColumns + column;
    const float scale = HalfBitsToFloat(scales(panel)[at]) * shape_.multiplier;
    const float min = shape_.has_mins ? HalfBitsToFloat(mins(panel)[at]) * shape_.multiplier : 0;
    for (int64_t i = g * shape_.group; i < (g + 1) * shape_.group; ++i) {
      int q;
      if (shape_.kind == PanelKind::kByte) {
        q = panel_codes[BytePlace(i, column)] - 128;
      } else {
        const CodePlace place = NibblePlace(i, column);
        q = place.high ? panel_codes[place.byte] >> 4 : panel_codes[place.byte] & 15;
      }
      out[i] = scale * static_cast<float>(q) + min;
    }
  }
}

}  // namespace fathom
