// The int16 product and what quantises for it, in 512-bit registers. For avx512_vnni.cc only.
#pragma once

#include <immintrin.h>

#include "kernels/tables.h"

namespace fathom {
namespace {

// Lanes 0 .. left - 1.
inline __mmask16 TailMask(int64_t left) {
  return left >= 16 ? 0xffff : static_cast<__mmask16>((1u << left) - 1);
}

inline void StoreInt16(int16_t* to, __mmask16 mask, __m512i values) {
  _mm256_mask_storeu_epi16(to, mask, _mm512_cvtsepi32_epi16(values));
}

float QuantizeInt16(const float* x, int64_t n, float largest, int16_t* q) {
  __m512 squares = _mm512_setzero_ps(), magnitude = _mm512_setzero_ps();
  for (int64_t i = 0; i < n; i += 16) {
    const __m512 v = _mm512_maskz_loadu_ps(TailMask(n - i), x + i);
    squares = _mm512_fmadd_ps(v, v, squares);
    magnitude = _mm512_max_ps(magnitude, _mm512_abs_ps(v));
  }
  const float by_norm = __builtin_sqrtf(_mm512_reduce_add_ps(squares)) / kInt16Norm;
  const float by_largest = _mm512_reduce_max_ps(magnitude) / largest;
  const float scale = by_norm > by_largest ? by_norm : by_largest;
  const __m512 inverse = _mm512_set1_ps(scale == 0 ? 0 : 1 / scale);
  for (int64_t i = 0; i < n; i += 16) {
    const __mmask16 mask = TailMask(n - i);
    const __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, x + i), inverse);
    StoreInt16(q + i, mask, _mm512_cvtps_epi32(v));
  }
  return scale;
}

void QuantizeWeights(const float* x, const float* factor, int64_t n, int16_t* q, float* scale) {
  for (int64_t i = 0; i < n; i += kWeightBlock, ++scale) {
    const __mmask16 m0 = TailMask(n - i), m1 = n - i > 16 ? TailMask(n - i - 16) : __mmask16{0};
    const __m512 v0 =
        _mm512_mul_ps(_mm512_maskz_loadu_ps(m0, x + i), _mm512_maskz_loadu_ps(m0, factor + i));
    const __m512 v1 = _mm512_mul_ps(_mm512_maskz_loadu_ps(m1, x + i + 16),
                                    _mm512_maskz_loadu_ps(m1, factor + i + 16));
    const float largest = _mm512_reduce_max_ps(_mm512_max_ps(v0, v1));
    const bool counts = largest >= kSmallestWeight;
    *scale = counts ? largest / kLargestWeight : 0;
    const __m512 inverse = _mm512_set1_ps(counts ? kLargestWeight / largest : 0);
    StoreInt16(q + i, 0xffff, _mm512_cvtps_epi32(_mm512_mul_ps(v0, inverse)));
    StoreInt16(q + i + 16, 0xffff, _mm512_cvtps_epi32(_mm512_mul_ps(v1, inverse)));
  }
}

// Two neighbouring numbers of a row, in every lane.
inline __m512i BroadcastPair(const int16_t* a) {
  int32_t pair;
  __builtin_memcpy(&pair, a, 4);
  return _mm512_set1_epi32(pair);
}

// Columns of a tile; `last` masks those of its last register.
template <int kCols>
inline __mmask16 MaskOf(int c, __mmask16 last) {
  return c == kCols - 1 ? last : __mmask16{0xffff};
}

// x = the sums of one block.
template <int kRows, int kCols>
inline void SumBlock(const Int16Product& g, int64_t i, int64_t j, __mmask16 last, int64_t block,
                     __m512i (&x)[kRows][kCols]) {
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int c = 0; c < kCols; ++c) x[r][c] = _mm512_setzero_si512();
  }
  for (int64_t p = block * g.block; p < (block + 1) * g.block; p += 2) {
    const int16_t* from = g.b + p * g.ldb + j * 2;
    __m512i b[kCols];
#pragma GCC unroll 2
    for (int c = 0; c < kCols; ++c) {
      b[c] = _mm512_maskz_loadu_epi32(MaskOf<kCols>(c, last), from + c * 32);
    }
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m512i a = BroadcastPair(g.a + (i + r) * g.lda + p);
#pragma GCC unroll 2
      for (int c = 0; c < kCols; ++c) x[r][c] = _mm512_dpwssd_epi32(x[r][c], b[c], a);
    }
  }
}

template <int kRows, int kCols>
inline void StoreTile(const Int16Product& g, int64_t i, int64_t j, __mmask16 last,
                      const __m512 (&f)[kRows][kCols]) {
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int c = 0; c < kCols; ++c) {
      const __mmask16 mask = MaskOf<kCols>(c, last);
      float* to = g.c + (i + r) * g.ldc + j + c * 16;
      __m512 sum = f[r][c];
      if (g.b_scale != nullptr) {
        sum = _mm512_mul_ps(sum, _mm512_maskz_loadu_ps(mask, g.b_scale + j + c * 16));
      }
      if (g.accumulate) sum = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, to), sum);
      _mm512_mask_storeu_ps(to, mask, sum);
    }
  }
}

// Tile: 6 rows x 2 zmm = 12 int32 + 12 float accumulators + 2 loads + 1 broadcast = 27 of 32
// registers.
template <int kRows, int kCols>
void Int16Tile(const Int16Product& g, int64_t i, int64_t j, __mmask16 last) {
  const int64_t blocks = g.k / g.block;
  __m512 f[kRows][kCols];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int c = 0; c < kCols; ++c) f[r][c] = _mm512_setzero_ps();
  }
  for (int64_t block = 0; block < blocks; ++block) {
    __m512i x[kRows][kCols];
    SumBlock(g, i, j, last, block, x);
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m512 s = _mm512_set1_ps(g.a_scale[(i + r) * blocks + block]);
#pragma GCC unroll 2
      for (int c = 0; c < kCols; ++c) {
        f[r][c] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(x[r][c]), s, f[r][c]);
      }
    }
  }
  StoreTile(g, i, j, last, f);
}

// The rows from i on, in tiles of kRows; those left over in a smaller one.
template <int kCols, int kRows = 6>
void Int16Columns(const Int16Product& g, int64_t j, __mmask16 last, int64_t i = 0) {
  for (; i + kRows <= g.m; i += kRows) Int16Tile<kRows, kCols>(g, i, j, last);
  if constexpr (kRows > 1) Int16Columns<kCols, kRows - 1>(g, j, last, i);
}

void GemmInt16(const Int16Product& g) {
  for (int64_t j = 0; j < g.n; j += 32) {
    const int64_t left = g.n - j;
    if (left > 16) {
      Int16Columns<2>(g, j, TailMask(left - 16));
    } else {
      Int16Columns<1>(g, j, TailMask(left));
    }
  }
}

}  // namespace
}  // namespace fathom
