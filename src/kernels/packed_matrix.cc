#include "kernels/packed_matrix.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/assert.h"
#include "base/half.h"

namespace fathom {
namespace {

// Where input i of a column sits in a panel: byte offset and whether in the high nibble.
struct CodePlace {
  int64_t byte;
  bool high;
};

CodePlace NibblePlace(int64_t i, int64_t column) {
  const int64_t block = i / 32, within = i % 32;
  return {block * 512 + (within % 16) / 4 * 128 + column * 4 + within % 4, within >= 16};
}

// Four codes at once: inputs of one quad are neighbours in a panel.
uint32_t LoadQuad(const int8_t* q) {
  uint32_t quad;
  std::memcpy(&quad, q, 4);
  return quad;
}

void StoreQuad(uint8_t* to, uint32_t quad) { std::memcpy(to, &quad, 4); }

// Adds 128 to each of four bytes: flipping the top bit of a two's complement byte does that.
constexpr uint32_t kFlip = 0x80808080;

int64_t BytePlace(int64_t i, int64_t column) { return i / 4 * 128 + column * 4 + i % 4; }

// The power of two that brings the largest magnitude into [2^13, 2^14) when divided by it.
float Multiplier(std::span<const float> scales, std::span<const float> mins) {
  float largest = 0;
  for (float s : scales) largest = std::max(largest, std::fabs(s));
  for (float m : mins) largest = std::max(largest, std::fabs(m));
  return largest == 0 ? 1 : std::ldexp(1.0f, std::ilogb(largest) - 13);
}

// Twice the bytes of a weight.
int64_t HalfBytes(PanelKind kind) {
  switch (kind) {
    case PanelKind::kNibble: return 1;
    case PanelKind::kByte: return 2;
    case PanelKind::kHalf:
    case PanelKind::kBfloat16: return 4;
    case PanelKind::kFloat: return 8;
  }
  FATHOM_ASSERT(false);
}

template <typename T>
T Load(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

// [columns, k] to [k, 32].
template <typename T>
void Interleave(std::span<const uint8_t> values, int64_t columns, int64_t k, uint8_t* out) {
  for (int64_t i = 0; i < k; ++i) {
    for (int64_t c = 0; c < columns; ++c) {
      std::memcpy(out + (i * kPanelColumns + c) * sizeof(T),
                  values.data() + (c * k + i) * sizeof(T), sizeof(T));
    }
  }
}

}  // namespace

PackedMatrix::PackedMatrix(const PackedShape& shape) : shape_(shape) {
  FATHOM_ASSERT(shape.n > 0 && shape.k > 0);
  panel_bytes_ = shape.k * kPanelColumns * HalfBytes(shape.kind) / 2;
  codes_ = AlignedBuffer<uint8_t>(panels() * panel_bytes_);
  if (IsFloat(shape.kind)) return;
  const bool nibble = shape.kind == PanelKind::kNibble;
  FATHOM_ASSERT(shape.k % 32 == 0 && (!nibble || shape.has_mins));
  FATHOM_ASSERT(shape.group == 32 || (shape.group == 16 && !nibble && !shape.has_mins));
  multipliers_ = AlignedBuffer<float>(panels());
  scales_ = AlignedBuffer<uint16_t>(panels() * groups() * kPanelColumns);
  if (shape.has_mins) mins_ = AlignedBuffer<uint16_t>(panels() * groups() * kPanelColumns);
}

int64_t PackedMatrix::bytes() const {
  return static_cast<int64_t>(codes_.size() + 2 * scales_.size() + 2 * mins_.size());
}

int64_t PackedMatrix::columns(int64_t panel) const {
  return std::min(kPanelColumns, shape_.n - panel * kPanelColumns);
}

void PackedMatrix::FillCodes(int64_t panel, int64_t column, std::span<const int8_t> q) {
  uint8_t* codes = codes_.data() + panel * panel_bytes_ + column * 4;
  if (shape_.kind == PanelKind::kByte) {
    for (int64_t i = 0; i < shape_.k; i += 4) StoreQuad(codes + i * 32, LoadQuad(&q[i]) ^ kFlip);
    return;
  }
  for (int64_t i = 0; i < shape_.k; i += 32) {
    for (int64_t j = 0; j < 16; j += 4) {
      StoreQuad(codes + i * 16 + j * 32, LoadQuad(&q[i + j]) | LoadQuad(&q[i + 16 + j]) << 4);
    }
  }
}

void PackedMatrix::FillPanel(int64_t panel, std::span<const int8_t> q,
                             std::span<const float> scales, std::span<const float> mins) {
  const int64_t k_groups = groups(), base = panel * k_groups * kPanelColumns;
  const float multiplier = Multiplier(scales, mins), inverse = 1 / multiplier;
  multipliers_[panel] = multiplier;
  for (int64_t column = 0; column < columns(panel); ++column) {
    FillCodes(panel, column, q.subspan(column * shape_.k, shape_.k));
    for (int64_t g = 0; g < k_groups; ++g) {
      const int64_t at = base + g * kPanelColumns + column, from = column * k_groups + g;
      scales_[at] = FloatToHalf(scales[from] * inverse);
      if (shape_.has_mins) mins_[at] = FloatToHalf(mins[from] * inverse);
    }
  }
}

void PackedMatrix::FillFloats(int64_t panel, std::span<const uint8_t> values) {
  uint8_t* panel_values = codes_.data() + panel * panel_bytes_;
  if (shape_.kind == PanelKind::kFloat) {
    Interleave<uint32_t>(values, columns(panel), shape_.k, panel_values);
  } else {
    Interleave<uint16_t>(values, columns(panel), shape_.k, panel_values);
  }
}

float PackedMatrix::FloatAt(int64_t panel, int64_t i, int64_t column) const {
  const int64_t at = i * kPanelColumns + column;
  const uint8_t* values = codes(panel);
  switch (shape_.kind) {
    case PanelKind::kHalf: return HalfToFloat(Load<uint16_t>(values + 2 * at));
    case PanelKind::kBfloat16:  // the upper half of an fp32 number
      return std::bit_cast<float>(uint32_t{Load<uint16_t>(values + 2 * at)} << 16);
    case PanelKind::kFloat: return Load<float>(values + 4 * at);
    default: FATHOM_ASSERT(false);
  }
}

float PackedMatrix::CodeAt(int64_t panel, int64_t i, int64_t column) const {
  const uint8_t* panel_codes = codes(panel);
  if (shape_.kind == PanelKind::kByte) {
    return static_cast<float>(panel_codes[BytePlace(i, column)] - 128);
  }
  const CodePlace place = NibblePlace(i, column);
  return static_cast<float>(place.high ? panel_codes[place.byte] >> 4
                                       : panel_codes[place.byte] & 15);
}

void PackedMatrix::DequantizeColumn(int64_t j, std::span<float> out) const {
  const int64_t panel = j / kPanelColumns, column = j % kPanelColumns;
  if (IsFloat(shape_.kind)) {
    for (int64_t i = 0; i < shape_.k; ++i) out[i] = FloatAt(panel, i, column);
    return;
  }
  for (int64_t g = 0; g < groups(); ++g) {
    const int64_t at = g * kPanelColumns + column;
    const float scale = HalfToFloat(scales(panel)[at]) * multiplier(panel);
    const float min = shape_.has_mins ? HalfToFloat(mins(panel)[at]) * multiplier(panel) : 0;
    for (int64_t i = g * shape_.group; i < (g + 1) * shape_.group; ++i) {
      out[i] = scale * CodeAt(panel, i, column) + min;
    }
  }
}

}  // namespace fathom
