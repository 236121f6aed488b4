// The int8 matrix product in 256-bit registers, for a Dot that multiplies quads of bytes:
//
//   kTileRows                   rows of a tile
//   Codes                       32 codes of up to 8 bits, ready to multiply
//   Codes Prepare(codes)
//   Start(zero)                 accumulator of their group; zero = -128 * sum of its inputs
//   AddCodes(x, codes, quad)    x + (code - 128) * input, but for what Start makes good
//   kRunQuads<kind>             quads of codes of up to 6 bits that a run holds
//   BeginRun(x), EndRun(x, y)   a run that is to be added to x; x with the run y in it
//   AddSmall(y, codes, quad)    y + code * input
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

// kNonlinearValues plus 128, in every 16 bytes.
inline __m256i NonlinearCodes() {
  const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kNonlinearValues));
  return _mm256_broadcastsi128_si256(_mm_xor_si128(values, _mm_set1_epi8(-128)));
}

// The codes of quad t of a block in 8 columns, those of `quarter` of a panel.
template <PanelKind kKind>
inline __m256i LoadCodes(const uint8_t* block, int t, int quarter) {
  block += 32 * quarter;
  if constexpr (kKind == PanelKind::kByte) return LoadBytes(block + t * 128);
  const __m256i both = LoadBytes(block + t % 4 * 128);
  const __m256i low =
      _mm256_and_si256(t < 4 ? both : _mm256_srli_epi16(both, 4), _mm256_set1_epi8(15));
  if constexpr (kKind == PanelKind::kNonlinear) return _mm256_shuffle_epi8(NonlinearCodes(), low);
  if constexpr (kKind == PanelKind::kNibble) return low;
  // The upper bits, moved to bit 4 and above; what a shift brings from the next byte is masked out.
  constexpr bool kFive = kKind == PanelKind::kFive;
  const int bit = kFive ? t : t % 4 * 2;
  const __m256i high = LoadBytes(block + 512 + (kFive ? 0 : t / 4 * 128));
  const __m256i moved =
      bit <= 4 ? _mm256_slli_epi16(high, 4 - bit) : _mm256_srli_epi16(high, bit - 4);
  return _mm256_or_si256(low, _mm256_and_si256(moved, _mm256_set1_epi8(kFive ? 0x10 : 0x30)));
}

// Their codes have more than 6 bits.
constexpr bool IsWide(PanelKind kind) {
  return kind == PanelKind::kByte || kind == PanelKind::kNonlinear;
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

  // Whether any row has a scale other than 0 in the block.
  bool IsLive(int64_t block) const {
    bool live = false;
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) live |= scale[r][block] != 0;
    return live;
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

  // The codes of more than 6 bits of a block, which share a scale.
  template <PanelKind kKind>
  void AddWideBlock(const HalfPanel& w, int64_t block) {
    __m256i x[kRows][2];
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) x[r][0] = x[r][1] = Dot::Start(zero[r][block]);
    const uint8_t* codes = w.codes + block * BlockBytes(kKind);
#pragma GCC unroll 8
    for (int t = 0; t < 8; ++t) {
      const auto w0 = Dot::Prepare(LoadCodes<kKind>(codes, t, 0));
      const auto w1 = Dot::Prepare(LoadCodes<kKind>(codes, t, 1));
#pragma GCC unroll 6
      for (int r = 0; r < kRows; ++r) {
        const __m256i quad = BroadcastQuad(q[r] + block * 32 + t * 4);
        x[r][0] = Dot::AddCodes(x[r][0], w0, quad);
        x[r][1] = Dot::AddCodes(x[r][1], w1, quad);
      }
    }
    AddScaled(x, w.scales + block * kPanelColumns, block);
  }

  // -zero * sum of the group's inputs.
  template <int kZero>
  __m256i StartOf(int r, int64_t group) const {
    constexpr int kShift = ZeroShift(kZero);
    return kZero == 0 ? _mm256_setzero_si256()
                      : _mm256_srai_epi32(_mm256_set1_epi32(zero[r][group]), kShift);
  }

  // One 32-input block of codes of up to 6 bits, in steps of `kGroup` inputs per weight scale.
  template <PanelKind kKind, int kGroup, bool kMins>
  void AddSmallBlock(const HalfPanel& w, int64_t block) {
    constexpr int kZero = ZeroOf(kKind, kMins), kGroups = 32 / kGroup, kQuads = kGroup / 4;
    constexpr int kRun =
        Dot::template kRunQuads<kKind> < kQuads ? Dot::template kRunQuads<kKind> : kQuads;
    const uint8_t* codes = w.codes + block * BlockBytes(kKind);
#pragma GCC unroll 2
    for (int g = 0; g < kGroups; ++g) {
      const int64_t group = block * kGroups + g;
      __m256i x[kRows][2], y[kRows][2];
#pragma GCC unroll 4
      for (int begin = 0; begin < kQuads; begin += kRun) {
#pragma GCC unroll 6
        for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
          for (int h = 0; h < 2; ++h) {
            y[r][h] = Dot::BeginRun(begin == 0 ? StartOf<kZero>(r, group) : x[r][h]);
          }
        }
#pragma GCC unroll 8
        for (int t = g * kQuads + begin; t < g * kQuads + begin + kRun; ++t) {
          const __m256i w0 = LoadCodes<kKind>(codes, t, 0), w1 = LoadCodes<kKind>(codes, t, 1);
#pragma GCC unroll 6
          for (int r = 0; r < kRows; ++r) {
            const __m256i quad = BroadcastQuad(q[r] + block * 32 + t * 4);
            y[r][0] = Dot::AddSmall(y[r][0], w0, quad);
            y[r][1] = Dot::AddSmall(y[r][1], w1, quad);
          }
        }
#pragma GCC unroll 6
        for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
          for (int h = 0; h < 2; ++h) {
            x[r][h] = Dot::EndRun(begin == 0 ? StartOf<kZero>(r, group) : x[r][h], y[r][h]);
          }
        }
      }
      AddScaled(x, w.scales + group * kPanelColumns, block);
    }
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
    if (!tile.IsLive(block)) continue;
    if constexpr (IsWide(kKind)) {
      tile.template AddWideBlock<kKind>(w, block);
    } else {
      tile.template AddSmallBlock<kKind, kGroup, kMins>(w, block);
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
void HalfOfPanel(const PackedShape& shape, const HalfPanel& half, const QuantizedRows& a) {
  switch (shape.kind) {
    case PanelKind::kNibble:
      return shape.has_mins ? AllRows<Dot, PanelKind::kNibble, 32, true>(half, a)
                            : AllRows<Dot, PanelKind::kNibble, 32, false>(half, a);
    case PanelKind::kFive:
      return shape.has_mins ? AllRows<Dot, PanelKind::kFive, 32, true>(half, a)
                            : AllRows<Dot, PanelKind::kFive, 32, false>(half, a);
    case PanelKind::kSix: return AllRows<Dot, PanelKind::kSix, 16, false>(half, a);
    case PanelKind::kNonlinear: return AllRows<Dot, PanelKind::kNonlinear, 32, false>(half, a);
    default: return AllRows<Dot, PanelKind::kByte, 32, false>(half, a);
  }
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
    HalfOfPanel<Dot>(shape, half, a);
  }
}

}  // namespace
}  // namespace fathom
