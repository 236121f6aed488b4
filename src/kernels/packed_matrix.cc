#include "kernels/packed_matrix.h"

#include <algorithm>
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

}  // namespace

PackedMatrix::PackedMatrix(const PackedShape& shape) : shape_(shape) {
  FATHOM_ASSERT(shape.k % 32 == 0 && shape.n > 0 && shape.k > 0);
  const bool nibble = shape.kind == PanelKind::kNibble;
  FATHOM_ASSERT(shape.group == 32 || (shape.group == 16 && !nibble && !shape.has_mins));
  FATHOM_ASSERT(!nibble || shape.has_mins);
  panel_bytes_ = shape.k * kPanelColumns / (nibble ? 2 : 1);
  codes_ = AlignedBuffer<uint8_t>(panels() * panel_bytes_);
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

void PackedMatrix::DequantizeColumn(int64_t j, std::span<float> out) const {
  const int64_t panel = j / kPanelColumns, column = j % kPanelColumns;
  const uint8_t* panel_codes = codes(panel);
  for (int64_t g = 0; g < groups(); ++g) {
    const int64_t at = g * kPanelColumns + column;
    const float scale = HalfToFloat(scales(panel)[at]) * multiplier(panel);
    const float min = shape_.has_mins ? HalfToFloat(mins(panel)[at]) * multiplier(panel) : 0;
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

void PackedMatrix::DequantizePanel(int64_t panel, std::span<float> out) const {
  const bool nibble = shape_.kind == PanelKind::kNibble;
  float scale[kPanelColumns], min[kPanelColumns] = {};
  for (int64_t i = 0; i < shape_.k; ++i) {
    if (i % shape_.group == 0) {
      const int64_t at = i / shape_.group * kPanelColumns;
      for (int64_t c = 0; c < kPanelColumns; ++c) {
        scale[c] = HalfToFloat(scales(panel)[at + c]) * multiplier(panel);
        if (shape_.has_mins) min[c] = HalfToFloat(mins(panel)[at + c]) * multiplier(panel);
      }
    }
    const CodePlace place = nibble ? NibblePlace(i, 0) : CodePlace{BytePlace(i, 0), false};
    const uint8_t* quad = codes(panel) + place.byte;
    for (int64_t c = 0; c < kPanelColumns; ++c) {
      const int byte = quad[c * 4];
      const int q = !nibble ? byte - 128 : place.high ? byte >> 4 : byte & 15;
      out[i * kPanelColumns + c] = scale[c] * static_cast<float>(q) + min[c];
    }
  }
}

}  // namespace fathom
