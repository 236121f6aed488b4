// AVX-512 VNNI kernels. Compiled with those instructions: include nothing here whose inline
// functions other files might share (the linker keeps one copy, possibly this one).
#include <immintrin.h>

#include "kernels/avx512_int16.h"
#include "kernels/tables.h"

namespace fathom {
namespace {

// ---- int8 matrix product -----------------------------------------------------------------------
//
// Tile: 6 rows x 2 zmm. 12 int32 accumulators + 12 float accumulators + 2 weights + 1 activation +
// 2 masks = 29 of 32 registers. 12 vpdpbusd chains cover its latency of 5 at 2 per cycle.

inline constexpr int kTileRows = 6;

struct PanelOut {
  float* data;
  int64_t stride;
  __mmask16 mask[2];
  bool accumulate;
};

inline void StoreSum(const PanelOut& out, int64_t row, int half, __m512 sum) {
  float* to = out.data + row * out.stride + 16 * half;
  if (out.accumulate) sum = _mm512_add_ps(_mm512_maskz_loadu_ps(out.mask[half], to), sum);
  _mm512_mask_storeu_ps(to, out.mask[half], sum);
}

struct PanelView {
  const uint8_t* codes;
  const uint16_t* scales;
  const uint16_t* mins;
  int64_t k;
  float multiplier;
};

// Four activations of a row, in every lane.
inline __m512i BroadcastQuad(const int8_t* q) {
  int32_t quad;
  __builtin_memcpy(&quad, q, 4);
  return _mm512_set1_epi32(quad);
}

inline __m512 LoadHalves(const uint16_t* p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
}

// Adds four inputs (one quad of codes for each of 32 columns) to the tile.
template <int kRows>
inline void DotQuad(__m512i w0, __m512i w1, const int8_t* const (&a)[kRows], int64_t i,
                    __m512i (&x)[kRows][2]) {
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
    const __m512i quad = BroadcastQuad(a[r] + i);
    x[r][0] = _mm512_dpbusd_epi32(x[r][0], w0, quad);
    x[r][1] = _mm512_dpbusd_epi32(x[r][1], w1, quad);
  }
}

// f += x * (weight scale * activation scale).
template <int kRows>
inline void AddScaled(const __m512i (&x)[kRows][2], const uint16_t* scales,
                      const float* const (&a_scale)[kRows], int64_t block, __m512 (&f)[kRows][2]) {
  const __m512 s0 = LoadHalves(scales), s1 = LoadHalves(scales + 16);
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
    const __m512 s = _mm512_set1_ps(a_scale[r][block]);
    f[r][0] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(x[r][0]), _mm512_mul_ps(s0, s), f[r][0]);
    f[r][1] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(x[r][1]), _mm512_mul_ps(s1, s), f[r][1]);
  }
}

template <int kRows>
inline void AddMins(const uint16_t* mins, const float* const (&a_sum)[kRows], int64_t block,
                    __m512 (&f)[kRows][2]) {
  const __m512 m0 = LoadHalves(mins), m1 = LoadHalves(mins + 16);
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
    const __m512 sum = _mm512_set1_ps(a_sum[r][block]);
    f[r][0] = _mm512_fmadd_ps(m0, sum, f[r][0]);
    f[r][1] = _mm512_fmadd_ps(m1, sum, f[r][1]);
  }
}

// -zero * sum of the inputs: undoes what the codes have too much.
template <int kRows, int kZero>
inline void SetAccumulators(const int32_t* const (&minus_128_sums)[kRows], int64_t at,
                            __m512i (&x)[kRows][2]) {
  constexpr int kShift = ZeroShift(kZero);
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
    const __m512i start =
        kZero == 0 ? _mm512_setzero_si512() : _mm512_set1_epi32(minus_128_sums[r][at]);
    x[r][0] = x[r][1] = kShift == 0 ? start : _mm512_srai_epi32(start, kShift);
  }
}

// kNonlinearValues plus 128, in every 16 bytes.
inline __m512i NonlinearCodes() {
  const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kNonlinearValues));
  return _mm512_broadcast_i32x4(_mm_xor_si128(values, _mm_set1_epi8(-128)));
}

// The codes of quad t of a block in 16 columns, those of `half`.
template <PanelKind kKind>
inline __m512i LoadCodes(const uint8_t* block, int t, int half) {
  block += 64 * half;
  if constexpr (kKind == PanelKind::kByte) return _mm512_loadu_si512(block + t * 128);
  const __m512i both = _mm512_loadu_si512(block + t % 4 * 128);
  const __m512i low =
      _mm512_and_si512(t < 4 ? both : _mm512_srli_epi16(both, 4), _mm512_set1_epi8(15));
  if constexpr (kKind == PanelKind::kNonlinear) return _mm512_shuffle_epi8(NonlinearCodes(), low);
  if constexpr (kKind == PanelKind::kNibble) return low;
  // The upper bits, moved to bit 4 and above; what a shift brings from the next byte is masked out.
  constexpr bool kFive = kKind == PanelKind::kFive;
  const int bit = kFive ? t : t % 4 * 2;
  const __m512i high = _mm512_loadu_si512(block + 512 + (kFive ? 0 : t / 4 * 128));
  const __m512i moved =
      bit <= 4 ? _mm512_slli_epi16(high, 4 - bit) : _mm512_srli_epi16(high, bit - 4);
  constexpr int kOr = 0xF8;  // low | (moved & mask)
  return _mm512_ternarylogic_epi32(low, moved, _mm512_set1_epi8(kFive ? 0x10 : 0x30), kOr);
}

// What distinguishes the layouts of codes: packed_matrix.h.
template <PanelKind kind, int group, bool mins, int zero = ZeroOf(kind, mins)>
struct Format {
  static constexpr PanelKind kKind = kind;
  static constexpr int kGroup = group, kZero = zero;
  static constexpr bool kMins = mins;
  using Expanded = Format<PanelKind::kByte, group, mins, zero>;  // the same codes, one a byte
};

// One 32-input block in steps of a group.
template <int kRows, typename F>
inline void AddBlock(const PanelView& w, int64_t block, const int8_t* const (&a)[kRows],
                     const float* const (&a_scale)[kRows], const int32_t* const (&zero)[kRows],
                     __m512 (&f)[kRows][2]) {
  constexpr int kGroups = 32 / F::kGroup, kQuads = F::kGroup / 4;
  const uint8_t* codes = w.codes + block * BlockBytes(F::kKind);
#pragma GCC unroll 2
  for (int g = 0; g < kGroups; ++g) {
    __m512i x[kRows][2];
    SetAccumulators<kRows, F::kZero>(zero, block * kGroups + g, x);
#pragma GCC unroll 8
    for (int t = g * kQuads; t < (g + 1) * kQuads; ++t) {
      DotQuad(LoadCodes<F::kKind>(codes, t, 0), LoadCodes<F::kKind>(codes, t, 1), a,
              block * 32 + t * 4, x);
    }
    AddScaled(x, w.scales + (block * kGroups + g) * 32, a_scale, block, f);
  }
}

// Which of the 16 blocks from `first` on have a scale other than 0 in any row.
template <int kRows>
inline uint32_t LiveBlocks(const float* const (&scale)[kRows], int64_t first, int64_t blocks) {
  const __mmask16 mask = TailMask(blocks - first);
  __m512i any = _mm512_setzero_si512();
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
    any = _mm512_or_si512(any, _mm512_maskz_loadu_epi32(mask, scale[r] + first));
  }
  return _mm512_test_epi32_mask(any, any);
}

template <int kRows, typename F>
void Tile(const PanelView& w, const QuantizedRows& a, int64_t row, const PanelOut& out) {
  const int64_t blocks = w.k / 32;
  const int8_t* q[kRows];
  const float* scale[kRows];
  const float* sum[kRows];
  const int32_t* zero[kRows];
  __m512 f[kRows][2];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
    q[r] = a.q + (row + r) * w.k;
    scale[r] = a.scale + (row + r) * blocks;
    sum[r] = a.sum + (row + r) * blocks;
    zero[r] = F::kGroup == 16 ? a.zero16 + (row + r) * blocks * 2 : a.zero32 + (row + r) * blocks;
    f[r][0] = f[r][1] = _mm512_setzero_ps();
  }
  for (int64_t first = 0; first < blocks; first += 16) {
    for (uint32_t live = LiveBlocks(scale, first, blocks); live != 0; live &= live - 1) {
      const int64_t block = first + __builtin_ctz(live);
      AddBlock<kRows, F>(w, block, q, scale, zero, f);
      if constexpr (F::kMins) AddMins(w.mins + block * 32, sum, block, f);
    }
  }
  const __m512 multiplier = _mm512_set1_ps(w.multiplier);
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
    StoreSum(out, row + r, 0, _mm512_mul_ps(f[r][0], multiplier));
    StoreSum(out, row + r, 1, _mm512_mul_ps(f[r][1], multiplier));
  }
}

// The rows from `row` on, in tiles of kRows; those left over in a smaller one.
template <typename F, int kRows = kTileRows>
void AllRows(const PanelView& w, const QuantizedRows& a, const PanelOut& out, int64_t row = 0) {
  for (; row + kRows <= a.rows; row += kRows) Tile<kRows, F>(w, a, row, out);
  if constexpr (kRows > 1) AllRows<F, kRows - 1>(w, a, out, row);
}

// Codes of five and six bits take several instructions to put together. From this many rows on a
// panel is turned into bytes first; both ways multiply the same integers.
inline constexpr int64_t kExpandRows = 2 * kTileRows;

template <typename F>
void Expand(const PanelView& w, uint8_t* codes) {
  for (int64_t block = 0; block < w.k / 32; ++block) {
    const uint8_t* from = w.codes + block * BlockBytes(F::kKind);
#pragma GCC unroll 8
    for (int t = 0; t < 8; ++t) {
      _mm512_storeu_si512(codes + block * 1024 + t * 128, LoadCodes<F::kKind>(from, t, 0));
      _mm512_storeu_si512(codes + block * 1024 + t * 128 + 64, LoadCodes<F::kKind>(from, t, 1));
    }
  }
}

template <typename F>
void ExpandedRows(const PanelView& w, const QuantizedRows& a, const PanelOut& out) {
  if (a.rows < kExpandRows || w.k > kExpandInputs) return AllRows<F>(w, a, out);
  uint8_t* codes = ExpandedCodes();
  Expand<F>(w, codes);
  PanelView bytes = w;
  bytes.codes = codes;
  AllRows<typename F::Expanded>(bytes, a, out);
}

void GemmInt8(const PackedMatrix& w, int64_t panel, const QuantizedRows& a, float* out,
              int64_t stride, bool accumulate) {
  const PackedShape& shape = w.shape();
  const PanelView view{w.codes(panel), w.scales(panel), shape.has_mins ? w.mins(panel) : nullptr,
                       shape.k, w.multiplier(panel)};
  const int64_t columns = w.columns(panel);
  const PanelOut to{out + panel * kPanelColumns,
                    stride,
                    {TailMask(columns), columns > 16 ? TailMask(columns - 16) : __mmask16{0}},
                    accumulate};
  switch (shape.kind) {
    case PanelKind::kNibble:
      return shape.has_mins ? AllRows<Format<PanelKind::kNibble, 32, true>>(view, a, to)
                            : AllRows<Format<PanelKind::kNibble, 32, false>>(view, a, to);
    case PanelKind::kFive:
      return shape.has_mins ? ExpandedRows<Format<PanelKind::kFive, 32, true>>(view, a, to)
                            : ExpandedRows<Format<PanelKind::kFive, 32, false>>(view, a, to);
    case PanelKind::kSix: return ExpandedRows<Format<PanelKind::kSix, 16, false>>(view, a, to);
    case PanelKind::kNonlinear:
      return AllRows<Format<PanelKind::kNonlinear, 32, false>>(view, a, to);
    default: return AllRows<Format<PanelKind::kByte, 32, false>>(view, a, to);
  }
}

// ---- activations -------------------------------------------------------------------------------

// vpsadbw sums unsigned bytes in two halves: 128 is added to each of the 16 and taken off again.
inline int32_t SumBytes(__m128i q) {
  const __m128i halves = _mm_sad_epu8(_mm_xor_si128(q, _mm_set1_epi8(-128)), _mm_setzero_si128());
  return _mm_cvtsi128_si32(halves) + _mm_extract_epi32(halves, 2) - 16 * 128;
}

void QuantizeRows(const float* x, int64_t begin, int64_t end, const QuantizedRows& out) {
  const int64_t blocks = out.k / 32;
  for (int64_t block = begin * blocks; block < end * blocks; ++block) {
    const __m512 x0 = _mm512_loadu_ps(x + block * 32), x1 = _mm512_loadu_ps(x + block * 32 + 16);
    const float absmax = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(x0), _mm512_abs_ps(x1)));
    const __m512 inverse = _mm512_set1_ps(absmax == 0 ? 0 : 127 / absmax);
    // vcvtps2dq rounds to nearest even, as nearbyint does in the reference.
    const __m128i q0 = _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(x0, inverse)));
    const __m128i q1 = _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(x1, inverse)));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out.q + block * 32), q0);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out.q + block * 32 + 16), q1);
    const int32_t sum0 = SumBytes(q0), sum1 = SumBytes(q1);
    const float scale = absmax / 127;
    out.scale[block] = scale;
    out.sum[block] = scale * static_cast<float>(sum0 + sum1);
    out.zero16[2 * block] = -128 * sum0;
    out.zero16[2 * block + 1] = -128 * sum1;
    out.zero32[block] = -128 * (sum0 + sum1);
  }
}

// Multiplied, then subtracted, as in the reference: no fused step.
void SubtractQuantized(const float* x, int64_t begin, int64_t end, const QuantizedRows& q,
                       float* out) {
  for (int64_t i = begin * q.k; i < end * q.k; i += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(q.q + i));
    const __m512 value = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes)),
                                       _mm512_set1_ps(q.scale[i / 32]));
    _mm512_storeu_ps(out + i, _mm512_sub_ps(_mm512_loadu_ps(x + i), value));
  }
}

// ---- fp32 matrix product -----------------------------------------------------------------------
//
// Tile: 6 rows x up to 4 zmm = 24 accumulators + 4 loads + 1 broadcast = 29 of 32 registers.

struct SgemmArgs {
  int64_t k;
  const float* a;
  int64_t lda;
  const float* b;
  int64_t ldb;
  float* c;
  int64_t ldc;
  bool accumulate;
};

template <int kRows, int kCols>
void SgemmTile(const SgemmArgs& g, int64_t i, int64_t j, __mmask16 last) {
  __m512 acc[kRows][kCols];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int c = 0; c < kCols; ++c) {
      const __mmask16 mask = c == kCols - 1 ? last : 0xffff;
      acc[r][c] = g.accumulate ? _mm512_maskz_loadu_ps(mask, g.c + (i + r) * g.ldc + j + c * 16)
                               : _mm512_setzero_ps();
    }
  }
  for (int64_t p = 0; p < g.k; ++p) {
    __m512 b[kCols];
#pragma GCC unroll 4
    for (int c = 0; c < kCols; ++c) {
      b[c] = _mm512_maskz_loadu_ps(c == kCols - 1 ? last : 0xffff, g.b + p * g.ldb + j + c * 16);
    }
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m512 a = _mm512_set1_ps(g.a[(i + r) * g.lda + p]);
#pragma GCC unroll 4
      for (int c = 0; c < kCols; ++c) acc[r][c] = _mm512_fmadd_ps(a, b[c], acc[r][c]);
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (int c = 0; c < kCols; ++c) {
      const __mmask16 mask = c == kCols - 1 ? last : 0xffff;
      _mm512_mask_storeu_ps(g.c + (i + r) * g.ldc + j + c * 16, mask, acc[r][c]);
    }
  }
}

template <int kCols>
void SgemmColumns(const SgemmArgs& g, int64_t m, int64_t j, __mmask16 last) {
  int64_t i = 0;
  for (; i + 6 <= m; i += 6) SgemmTile<6, kCols>(g, i, j, last);
  for (; i + 2 <= m; i += 2) SgemmTile<2, kCols>(g, i, j, last);
  if (i < m) SgemmTile<1, kCols>(g, i, j, last);
}

void Sgemm(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda, const float* b,
           int64_t ldb, float* c, int64_t ldc, bool accumulate) {
  const SgemmArgs g{k, a, lda, b, ldb, c, ldc, accumulate};
  for (int64_t j = 0; j < n; j += 64) {
    const int64_t left = n - j;
    if (left > 48) {
      SgemmColumns<4>(g, m, j, TailMask(left - 48));
    } else if (left > 32) {
      SgemmColumns<3>(g, m, j, TailMask(left - 32));
    } else if (left > 16) {
      SgemmColumns<2>(g, m, j, TailMask(left - 16));
    } else {
      SgemmColumns<1>(g, m, j, TailMask(left));
    }
  }
}

// ---- element-wise ------------------------------------------------------------------------------

// exp(x) for x <= 88: 2^n * p(r), n = round(x / ln 2), |r| <= ln 2 / 2, p the Taylor polynomial of
// degree 7 (remainder (ln 2 / 2)^8 / 8! = 5e-9, below half an ulp). Below -87 the result is 0 or
// subnormal. ln 2 is split in two parts (Cody and Waite) so that r keeps its low bits.
inline __m512 Exp(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-104.0f));
  const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)),
                                        _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
  __m512 p = _mm512_set1_ps(1.0f / 5040);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 720));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 120));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 24));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 6));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.5f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  return _mm512_scalef_ps(p, n);
}

void RmsNorm(const float* x, const float* weight, int64_t n, float epsilon, float* out) {
  __m512 squares = _mm512_setzero_ps();
  for (int64_t i = 0; i < n; i += 16) {
    const __m512 v = _mm512_maskz_loadu_ps(TailMask(n - i), x + i);
    squares = _mm512_fmadd_ps(v, v, squares);
  }
  const float mean = _mm512_reduce_add_ps(squares) / static_cast<float>(n);
  const __m512 scale = _mm512_set1_ps(1 / __builtin_sqrtf(mean + epsilon));
  for (int64_t i = 0; i < n; i += 16) {
    const __mmask16 mask = TailMask(n - i);
    const __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, x + i), scale);
    _mm512_mask_storeu_ps(out + i, mask, _mm512_mul_ps(v, _mm512_maskz_loadu_ps(mask, weight + i)));
  }
}

void SiluMul(float* gate, const float* up, int64_t n) {
  const __m512 one = _mm512_set1_ps(1);
  for (int64_t i = 0; i < n; i += 16) {
    const __mmask16 mask = TailMask(n - i);
    const __m512 x = _mm512_maskz_loadu_ps(mask, gate + i);
    // -x <= 88 keeps Exp in range; silu(-88) is already -5e-37.
    const __m512 e = Exp(_mm512_min_ps(_mm512_sub_ps(_mm512_setzero_ps(), x), _mm512_set1_ps(88)));
    const __m512 silu = _mm512_div_ps(x, _mm512_add_ps(one, e));
    _mm512_mask_storeu_ps(gate + i, mask, _mm512_mul_ps(silu, _mm512_maskz_loadu_ps(mask, up + i)));
  }
}

void GeluTanhMul(float* gate, const float* up, int64_t n) {
  const __m512 one = _mm512_set1_ps(1);
  for (int64_t i = 0; i < n; i += 16) {
    const __mmask16 mask = TailMask(n - i);
    const __m512 x = _mm512_maskz_loadu_ps(mask, gate + i);
    const __m512 slope = _mm512_fmadd_ps(_mm512_mul_ps(x, x), _mm512_set1_ps(kGeluCubic),
                                         _mm512_set1_ps(kGeluLinear));
    // An exponent of 88 keeps Exp in range and is met at x = -10: gelu(-10) is below 1e-36.
    const __m512 e = Exp(_mm512_min_ps(_mm512_mul_ps(x, slope), _mm512_set1_ps(88)));
    const __m512 gelu = _mm512_div_ps(x, _mm512_add_ps(one, e));
    _mm512_mask_storeu_ps(gate + i, mask, _mm512_mul_ps(gelu, _mm512_maskz_loadu_ps(mask, up + i)));
  }
}

float SoftmaxExp(float* x, int64_t n) {
  const __m512 lowest = _mm512_set1_ps(-__builtin_inff());
  __m512 largest = lowest;
  for (int64_t i = 0; i < n; i += 16) {
    largest = _mm512_max_ps(largest, _mm512_mask_loadu_ps(lowest, TailMask(n - i), x + i));
  }
  const __m512 shift = _mm512_set1_ps(_mm512_reduce_max_ps(largest));
  __m512 sum = _mm512_setzero_ps();
  for (int64_t i = 0; i < n; i += 16) {
    const __mmask16 mask = TailMask(n - i);
    const __m512 e =
        _mm512_maskz_mov_ps(mask, Exp(_mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), shift)));
    _mm512_mask_storeu_ps(x + i, mask, e);
    sum = _mm512_add_ps(sum, e);
  }
  return _mm512_reduce_add_ps(sum);
}

void Add(float* x, const float* y, int64_t n) {
  for (int64_t i = 0; i < n; i += 16) {
    const __mmask16 mask = TailMask(n - i);
    _mm512_mask_storeu_ps(
        x + i, mask,
        _mm512_add_ps(_mm512_maskz_loadu_ps(mask, x + i), _mm512_maskz_loadu_ps(mask, y + i)));
  }
}

}  // namespace

extern const KernelTable kAvx512VnniKernels = {
    .name = "avx512-vnni",
    .quantize_rows = QuantizeRows,
    .subtract_quantized = SubtractQuantized,
    .gemm_int8 = GemmInt8,
    .dequantize_panel = DequantizePanelAvx2,
    .sgemm = Sgemm,
    .quantize_int16 = QuantizeInt16,
    .quantize_weights = QuantizeWeights,
    .gemm_int16 = GemmInt16,
    .rms_norm = RmsNorm,
    .silu_mul = SiluMul,
    .gelu_tanh_mul = GeluTanhMul,
    .softmax_exp = SoftmaxExp,
    .add = Add,
};

}  // namespace fathom
