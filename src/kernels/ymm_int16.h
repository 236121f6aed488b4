// The int16 product and what quantises for it, in 256-bit registers; Dot::AddPairs multiplies pairs
// of int16 numbers and adds both products to a 32-bit sum.
#pragma once

#include "kernels/tables.h"
#include "kernels/ymm.h"

namespace fathom {
namespace {

// The first `left` of 8 numbers, which are in [-32768, 32767].
inline void StoreInt16(int16_t* to, int64_t left, __m256i values) {
  const __m128i packed =
      _mm_packs_epi32(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
  if (left >= 8) return _mm_storeu_si128(reinterpret_cast<__m128i*>(to), packed);
  int16_t numbers[8];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(numbers), packed);
  for (int64_t i = 0; i < left; ++i) to[i] = numbers[i];
}

float QuantizeInt16(const float* x, int64_t n, float largest, int16_t* q) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  __m256 squares = _mm256_setzero_ps(), magnitude = _mm256_setzero_ps();
  for (int64_t i = 0; i < n; i += 8) {
    const __m256 v = Load(x + i, n - i);
    squares = _mm256_fmadd_ps(v, v, squares);
    magnitude = _mm256_max_ps(magnitude, _mm256_andnot_ps(sign, v));
  }
  const float by_norm = __builtin_sqrtf(Sum(squares)) / kInt16Norm;
  const float by_largest = Max(magnitude) / largest;
  const float scale = by_norm > by_largest ? by_norm : by_largest;
  const __m256 inverse = _mm256_set1_ps(scale == 0 ? 0 : 1 / scale);
  for (int64_t i = 0; i < n; i += 8) {
    StoreInt16(q + i, n - i, _mm256_cvtps_epi32(_mm256_mul_ps(Load(x + i, n - i), inverse)));
  }
  return scale;
}

void QuantizeWeights(const float* x, const float* factor, int64_t n, int16_t* q, float* scale) {
  for (int64_t i = 0; i < n; i += kWeightBlock, ++scale) {
    __m256 v[4];
    for (int64_t part = 0; part < 4; ++part) {
      const int64_t at = i + part * 8, left = n - at;
      v[part] = left > 0 ? _mm256_mul_ps(Load(x + at, left), Load(factor + at, left))
                         : _mm256_setzero_ps();
    }
    const float largest = Max(_mm256_max_ps(_mm256_max_ps(v[0], v[1]), _mm256_max_ps(v[2], v[3])));
    const bool counts = largest >= kSmallestWeight;
    *scale = counts ? largest / kLargestWeight : 0;
    const __m256 inverse = _mm256_set1_ps(counts ? kLargestWeight / largest : 0);
    for (int64_t part = 0; part < 4; ++part) {
      StoreInt16(q + i + part * 8, 8, _mm256_cvtps_epi32(_mm256_mul_ps(v[part], inverse)));
    }
  }
}

// x = the sums of one block. `left` columns from j on exist; all 8 * kCols without kPartial.
template <typename Dot, int kRows, int kCols, bool kPartial>
inline void SumBlock(const Int16Product& g, int64_t i, int64_t j, int64_t left, int64_t block,
                     __m256i (&x)[kRows][kCols]) {
  const __m256i last = LaneMask(left - 8 * (kCols - 1));
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int c = 0; c < kCols; ++c) x[r][c] = _mm256_setzero_si256();
  }
  for (int64_t p = block * g.block; p < (block + 1) * g.block; p += 2) {
    const int16_t* from = g.b + p * g.ldb + j * 2;
    __m256i b[kCols];
#pragma GCC unroll 2
    for (int c = 0; c < kCols; ++c) {
      const int16_t* at = from + c * 16;
      b[c] = kPartial && c == kCols - 1
                 ? _mm256_maskload_epi32(reinterpret_cast<const int*>(at), last)
                 : _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    }
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) {
      int32_t pair;
      __builtin_memcpy(&pair, g.a + (i + r) * g.lda + p, 4);
      const __m256i a = _mm256_set1_epi32(pair);
#pragma GCC unroll 2
      for (int c = 0; c < kCols; ++c) x[r][c] = Dot::AddPairs(x[r][c], b[c], a);
    }
  }
}

template <int kRows, int kCols>
inline void StoreTile(const Int16Product& g, int64_t i, int64_t j, int64_t left,
                      const __m256 (&f)[kRows][kCols]) {
  for (int r = 0; r < kRows; ++r) {
    for (int c = 0; c < kCols; ++c) {
      const int64_t columns = left - 8 * c;
      float* to = g.c + (i + r) * g.ldc + j + c * 8;
      __m256 sum = f[r][c];
      if (g.b_scale != nullptr) sum = _mm256_mul_ps(sum, Load(g.b_scale + j + c * 8, columns));
      if (g.accumulate) sum = _mm256_add_ps(Load(to, columns), sum);
      Store(to, columns, sum);
    }
  }
}

// Tile: up to 4 rows x 2 ymm; the int32 sums of a block stay in registers, the fp32 sums may live
// on the stack.
template <typename Dot, int kRows, int kCols, bool kPartial>
void Int16Tile(const Int16Product& g, int64_t i, int64_t j, int64_t left) {
  const int64_t blocks = g.k / g.block;
  __m256 f[kRows][kCols];
  for (int r = 0; r < kRows; ++r) {
    for (int c = 0; c < kCols; ++c) f[r][c] = _mm256_setzero_ps();
  }
  for (int64_t block = 0; block < blocks; ++block) {
    __m256i x[kRows][kCols];
    SumBlock<Dot, kRows, kCols, kPartial>(g, i, j, left, block, x);
    for (int r = 0; r < kRows; ++r) {
      const __m256 s = _mm256_set1_ps(g.a_scale[(i + r) * blocks + block]);
      for (int c = 0; c < kCols; ++c) {
        f[r][c] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(x[r][c]), s, f[r][c]);
      }
    }
  }
  StoreTile(g, i, j, left, f);
}

template <typename Dot, int kCols, bool kPartial>
void Int16Columns(const Int16Product& g, int64_t j, int64_t left) {
  int64_t i = 0;
  for (; i + 4 <= g.m; i += 4) Int16Tile<Dot, 4, kCols, kPartial>(g, i, j, left);
  for (; i < g.m; ++i) Int16Tile<Dot, 1, kCols, kPartial>(g, i, j, left);
}

template <typename Dot>
void GemmInt16(const Int16Product& g) {
  int64_t j = 0;
  for (; j + 16 <= g.n; j += 16) Int16Columns<Dot, 2, false>(g, j, 16);
  if (g.n - j > 8) {
    Int16Columns<Dot, 2, true>(g, j, g.n - j);
  } else if (g.n > j) {
    Int16Columns<Dot, 1, true>(g, j, g.n - j);
  }
}

}  // namespace
}  // namespace fathom
