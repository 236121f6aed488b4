#include "kernels/packed_matrix.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/assert.h"
#include "base/half.h"

namespace fathom {
namespace {

// Where the code of an input is, in column 0: the lower bits in one byte, the upper in another.
struct CodePlace {
  int64_t low, high;
  int low_shift, low_mask, high_shift, high_mask;
};

CodePlace PlaceOf(PanelKind kind, int64_t i) {
  const int64_t block = i / 32 * BlockBytes(kind), o = i % 4;
  const int t = static_cast<int>(i % 32 / 4);
  if (kind == PanelKind::kByte) return {block + t * 128 + o, 0, 0, 255, 0, 0};
  CodePlace place{block + t % 4 * 128 + o, 0, t < 4 ? 0 : 4, 15, 0, 0};
  if (kind == PanelKind::kFive) {
    place.high = block + 512 + o, place.high_shift = t, place.high_mask = 1;
  } else if (kind == PanelKind::kSix) {
    place.high = block + 512 + t / 4 * 128 + o, place.high_shift = t % 4 * 2, place.high_mask = 3;
  }
  return place;
}

// `panel` begins at the column.
int ReadCode(const uint8_t* panel, const CodePlace& place) {
  return (panel[place.low] >> place.low_shift & place.low_mask) |
         (panel[place.high] >> place.high_shift & place.high_mask) << 4;
}

// q of a code.
int ValueOf(const PackedShape& shape, int code) {
  return shape.kind == PanelKind::kNonlinear ? kNonlinearValues[code]
                                             : code - ZeroOf(shape.kind, shape.has_mins);
}

// 32 codes, those of one column in a block.
using BlockCodes = std::array<uint8_t, 32>;

BlockCodes CodesOfBlock(const PackedShape& shape, const int8_t* q) {
  BlockCodes codes;
  if (shape.kind == PanelKind::kNonlinear) {
    for (int i = 0; i < 32; ++i) {
      const auto found =
          std::lower_bound(std::begin(kNonlinearValues), std::end(kNonlinearValues), q[i]);
      FATHOM_ASSERT(found != std::end(kNonlinearValues) && *found == q[i]);
      codes[i] = static_cast<uint8_t>(found - kNonlinearValues);
    }
    return codes;
  }
  const int zero = ZeroOf(shape.kind, shape.has_mins);
  for (int i = 0; i < 32; ++i) codes[i] = static_cast<uint8_t>(q[i] + zero);
  return codes;
}

// Quads that are neighbours in a column lie a row of the block apart.
template <size_t kQuads>
void StoreQuads(const std::array<uint32_t, kQuads>& quads, uint8_t* to) {
  for (size_t t = 0; t < kQuads; ++t) std::memcpy(to + t * 128, &quads[t], 4);
}

// Codes into a block of a panel, which begins at the column. All bytes of the column are written.
void StoreCodes(PanelKind kind, const BlockCodes& codes, uint8_t* block) {
  const auto quads = std::bit_cast<std::array<uint32_t, 8>>(codes);
  if (kind == PanelKind::kByte) return StoreQuads(quads, block);
  constexpr uint32_t kLow = 0x0F0F0F0F;  // of each byte
  std::array<uint32_t, 4> low;
  for (int t = 0; t < 4; ++t) low[t] = (quads[t] & kLow) | (quads[t + 4] & kLow) << 4;
  StoreQuads(low, block);
  if (kind == PanelKind::kFive) {
    std::array<uint32_t, 1> high = {};
    for (int t = 0; t < 8; ++t) high[0] |= (quads[t] >> 4 & kLow) << t;
    StoreQuads(high, block + 512);
  } else if (kind == PanelKind::kSix) {
    std::array<uint32_t, 2> high = {};
    for (int t = 0; t < 8; ++t) high[t / 4] |= (quads[t] >> 4 & kLow) << t % 4 * 2;
    StoreQuads(high, block + 512);
  }
}

// The power of two that brings the largest magnitude into [2^13, 2^14) when divided by it.
float Multiplier(std::span<const float> scales, std::span<const float> mins) {
  float largest = 0;
  for (float s : scales) largest = std::max(largest, std::fabs(s));
  for (float m : mins) largest = std::max(largest, std::fabs(m));
  return largest == 0 ? 1 : std::ldexp(1.0f, std::ilogb(largest) - 13);
}

int64_t PanelBytes(PanelKind kind, int64_t k) {
  if (!IsFloat(kind)) return k / 32 * BlockBytes(kind);
  return k * kPanelColumns * (kind == PanelKind::kFloat ? 4 : 2);
}

bool HasKernel(const PackedShape& shape) {
  const bool mins_fit = shape.kind == PanelKind::kNibble || shape.kind == PanelKind::kFive;
  return shape.k % 32 == 0 && shape.group == (shape.kind == PanelKind::kSix ? 16 : 32) &&
         (mins_fit || !shape.has_mins);
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
  panel_bytes_ = PanelBytes(shape.kind, shape.k);
  codes_ = AlignedBuffer<uint8_t>(panels() * panel_bytes_);
  if (IsFloat(shape.kind)) return;
  FATHOM_ASSERT(HasKernel(shape));
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

void PackedMatrix::FillCodes(int64_t panel, std::span<const int8_t> q) {
  uint8_t* codes = codes_.data() + panel * panel_bytes_;
  for (int64_t i = 0; i < shape_.k; i += 32, codes += BlockBytes(shape_.kind)) {
    for (int64_t column = 0; column < columns(panel); ++column) {
      StoreCodes(shape_.kind, CodesOfBlock(shape_, &q[column * shape_.k + i]), codes + column * 4);
    }
  }
}

void PackedMatrix::FillPanel(int64_t panel, std::span<const int8_t> q,
                             std::span<const float> scales, std::span<const float> mins) {
  const int64_t k_groups = groups(), base = panel * k_groups * kPanelColumns;
  const float multiplier = Multiplier(scales, mins), inverse = 1 / multiplier;
  multipliers_[panel] = multiplier;
  FillCodes(panel, q);
  for (int64_t column = 0; column < columns(panel); ++column) {
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

int PackedMatrix::CodeAt(int64_t panel, int64_t i, int64_t column) const {
  return ValueOf(shape_, ReadCode(codes(panel) + column * 4, PlaceOf(shape_.kind, i)));
}

void PackedMatrix::CodesOf(int64_t panel, int64_t i, std::span<int16_t, kPanelColumns> q) const {
  const CodePlace place = PlaceOf(shape_.kind, i);
  for (int64_t c = 0; c < kPanelColumns; ++c) {
    q[c] = static_cast<int16_t>(ValueOf(shape_, ReadCode(codes(panel) + c * 4, place)));
  }
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
      out[i] = scale * static_cast<float>(CodeAt(panel, i, column)) + min;
    }
  }
}

}  // namespace fathom
