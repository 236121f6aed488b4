// The int8 matrix product in 256-bit registers, for a Dot that multiplies quads of bytes:
//
//   kTileRows                     rows of a tile
//   Codes                         32 codes of a byte panel, ready to multiply
//   Codes LoadCodes(p)
//   Start(zero)                   accumulator of a block of codes; zero = -128 * sum of its inputs
//   AddCodes(x, codes, quad)      x + (code - 128) * input, but for what Start makes good
//   AddNibbles(x, nibbles, quad)  x + nibble * input; starts at 0, at most 8 quads
//   FinishNibbles(x)              the int32 sums
//
// where `quad` is four int8 inputs, in every lane. Lane c of an accumulator is column c.
//
// Tile: kTileRows rows x 2 ymm (16 columns: half of a panel). Int32 sums of a block stay in
// registers, the fp32 sums over blocks, touched once for 8 quads, may live on the stack.
#pragma once

#include "kernels/tables.h"
#include "kernels/ymm.h"

namespace fathom {
namespace {

// Half of a panel: 16 columns, of which `columns` exist.
struct HalfPanel {
  const uint8_t* codes;
  const uint16_t* scales;
  const uint16_t* mins;
  int64_t k;
  float multiplier;
  float* out;
  int64_t stride;
  int64_t columns;
  bool accumulate;
};

inline __m256i LoadBytes(const uint8_t* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}

inline __m256i BroadcastQuad(const int8_t* q) {
  int32_t quad;
  __builtin_memcpy(&quad, q, 4);
  return _mm256_set1_epi32(quad);
}

inline __m256 LoadHalves(const uint16_t* p) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}

template <typename Dot, int kRows>
struct Tile {
  const int8_t* q[kRows];
  const float* scale[kRows];
  const float* sum[kRows];
  const int32_t* zero[kRows];
  __m256 f[kRows][2];

  Tile(const QuantizedRows& a, int64_t row, int group) {
    const int64_t blocks = a.k / 32;
    const int32_t* zeros = group == 16 ? a.zero16 : a.zero32;
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      q[r] = a.q + (row + r) * a.k;
      scale[r] = a.scale + (row + r) * blocks;
      sum[r] = a.sum + (row + r) * blocks;
      zero[r] = zeros + (row + r) * (a.k / group);
      f[r][0] = f[r][1] = _mm256_setzero_ps();
    }
  }

  // f += x * (weight scale * activation scale).
  void AddScaled(const __m256i (&x)[kRows][2], const uint16_t* scales, int64_t block) {
    const __m256 s0 = LoadHalves(scales), s1 = LoadHalves(scales + 8);
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m256 s = _mm256_set1_ps(scale[r][block]);
      f[r][0] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(x[r][0]), _mm256_mul_ps(s0, s), f[r][0]);
      f[r][1] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(x[r][1]), _mm256_mul_ps(s1, s), f[r][1]);
    }
  }

  void AddMins(const uint16_t* mins, int64_t block) {
    const __m256 m0 = LoadHalves(mins), m1 = LoadHalves(mins + 8);
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m256 s = _mm256_set1_ps(sum[r][block]);
      f[r][0] = _mm256_fmadd_ps(m0, s, f[r][0]);
      f[r][1] = _mm256_fmadd_ps(m1, s, f[r][1]);
    }
  }

  // One 32-input block of a byte panel in steps of `kGroup` inputs per weight scale.
  template <int kGroup>
  void AddByteBlock(const HalfPanel& w, int64_t block) {
    constexpr int kGroups = 32 / kGroup;
#pragma GCC unroll 2
    for (int g = 0; g < kGroups; ++g) {
      const int64_t group = block * kGroups + g;
      __m256i x[kRows][2];
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) x[r][0] = x[r][1] = Dot::Start(zero[r][group]);
      const uint8_t* codes = w.codes + group * (kGroup * kPanelColumns);
#pragma GCC unroll 8
      for (int j = 0; j < kGroup / 4; ++j) {
        const auto w0 = Dot::LoadCodes(codes + j * 128), w1 = Dot::LoadCodes(codes + j * 128 + 32);
#pragma GCC unroll 6
        for (int r = 0; r < kRows; ++r) {
          const __m256i quad = BroadcastQuad(q[r] + group * kGroup + j * 4);
          x[r][0] = Dot::AddCodes(x[r][0], w0, quad);
          x[r][1] = Dot::AddCodes(x[r][1], w1, quad);
        }
      }
      AddScaled(x, w.scales + group * kPanelColumns, block);
    }
  }

  void AddNibbleBlock(const HalfPanel& w, int64_t block) {
    const __m256i low = _mm256_set1_epi8(15);
    __m256i x[kRows][2];
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) x[r][0] = x[r][1] = _mm256_setzero_si256();
    const uint8_t* codes = w.codes + block * (16 * kPanelColumns);
#pragma GCC unroll 8
    for (int j = 0; j < 8; ++j) {  // the low nibbles' quads, then the high ones'
      __m256i w0 = LoadBytes(codes + j % 4 * 128), w1 = LoadBytes(codes + j % 4 * 128 + 32);
      if (j >= 4) w0 = _mm256_srli_epi16(w0, 4), w1 = _mm256_srli_epi16(w1, 4);
      w0 = _mm256_and_si256(w0, low), w1 = _mm256_and_si256(w1, low);
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        const __m256i quad = BroadcastQuad(q[r] + block * 32 + j * 4);
        x[r][0] = Dot::AddNibbles(x[r][0], w0, quad);
        x[r][1] = Dot::AddNibbles(x[r][1], w1, quad);
      }
    }
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      x[r][0] = Dot::FinishNibbles(x[r][0]), x[r][1] = Dot::FinishNibbles(x[r][1]);
    }
    AddScaled(x, w.scales + block * kPanelColumns, block);
  }

  void Finish(const HalfPanel& w, int64_t row) const {
    const __m256 multiplier = _mm256_set1_ps(w.multiplier);
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (int h = 0; h < 2; ++h) {
        const int64_t left = w.columns - 8 * h;
        if (left <= 0) continue;
        float* to = w.out + (row + r) * w.stride + 8 * h;
        __m256 sum_of_row = _mm256_mul_ps(f[r][h], multiplier);
        if (w.accumulate) sum_of_row = _mm256_add_ps(Load(to, left), sum_of_row);
        Store(to, left, sum_of_row);
      }
    }
  }
};

template <typename Dot, int kRows, PanelKind kKind, int kGroup, bool kMins>
void RunTile(const HalfPanel& w, const QuantizedRows& a, int64_t row) {
  Tile<Dot, kRows> tile(a, row, kGroup);
  for (int64_t block = 0; block < w.k / 32; ++block) {
    if constexpr (kKind == PanelKind::kByte) {
      tile.template AddByteBlock<kGroup>(w, block);
    } else {
      tile.AddNibbleBlock(w, block);
    }
    if constexpr (kMins) tile.AddMins(w.mins + block * kPanelColumns, block);
  }
  tile.Finish(w, row);
}

// The rows from `row` on, in tiles of kRows; those left over in a smaller one.
template <typename Dot, PanelKind kKind, int kGroup, bool kMins, int kRows = Dot::kTileRows>
void AllRows(const HalfPanel& w, const QuantizedRows& a, int64_t row = 0) {
  for (; row + kRows <= a.rows; row += kRows) {
    RunTile<Dot, kRows, kKind, kGroup, kMins>(w, a, row);
  }
  if constexpr (kRows > 1) AllRows<Dot, kKind, kGroup, kMins, kRows - 1>(w, a, row);
}

template <typename Dot>
void GemmInt8(const PackedMatrix& w, int64_t panel, const QuantizedRows& a, float* out,
              int64_t stride, bool accumulate) {
  const PackedShape& shape = w.shape();
  for (int64_t first = 0; first < w.columns(panel); first += 16) {
    const HalfPanel half{.codes = w.codes(panel) + first * 4,
                         .scales = w.scales(panel) + first,
                         .mins = shape.has_mins ? w.mins(panel) + first : nullptr,
                         .k = shape.k,
                         .multiplier = w.multiplier(panel),
                         .out = out + panel * kPanelColumns + first,
                         .stride = stride,
                         .columns = w.columns(panel) - first,
                         .accumulate = accumulate};
    if (shape.kind == PanelKind::kNibble) {
      AllRows<Dot, PanelKind::kNibble, 32, true>(half, a);
    } else if (shape.group == 16) {
      AllRows<Dot, PanelKind::kByte, 16, false>(half, a);
    } else if (shape.has_mins) {
      AllRows<Dot, PanelKind::kByte, 32, true>(half, a);
    } else {
      AllRows<Dot, PanelKind::kByte, 32, false>(half, a);
    }
  }
}

}  // namespace
}  // namespace fathom
