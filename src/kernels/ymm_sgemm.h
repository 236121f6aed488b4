// The fp32 matrix product in 256-bit registers.
//
// Tile: 6 rows x 2 ymm = 12 accumulators + 2 loads + 1 broadcast = 15 of 16 registers.
#pragma once

#include "kernels/ymm.h"

namespace fathom {
namespace {

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

// `left` columns from j on exist; all 8 * kCols without kPartial.
template <int kRows, int kCols, bool kPartial>
void SgemmTile(const SgemmArgs& g, int64_t i, int64_t j, int64_t left) {
  const __m256i last = LaneMask(left - 8 * (kCols - 1));
  __m256 acc[kRows][kCols];
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int c = 0; c < kCols; ++c) {
      const float* from = g.c + (i + r) * g.ldc + j + c * 8;
      acc[r][c] = g.accumulate ? Load(from, left - 8 * c) : _mm256_setzero_ps();
    }
  }
  for (int64_t p = 0; p < g.k; ++p) {
    __m256 b[kCols];
#pragma GCC unroll 2
    for (int c = 0; c < kCols; ++c) {
      const float* from = g.b + p * g.ldb + j + c * 8;
      b[c] = kPartial && c == kCols - 1 ? _mm256_maskload_ps(from, last) : _mm256_loadu_ps(from);
    }
#pragma GCC unroll 6
    for (int r = 0; r < kRows; ++r) {
      const __m256 a = _mm256_set1_ps(g.a[(i + r) * g.lda + p]);
#pragma GCC unroll 2
      for (int c = 0; c < kCols; ++c) acc[r][c] = _mm256_fmadd_ps(a, b[c], acc[r][c]);
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int c = 0; c < kCols; ++c) {
      Store(g.c + (i + r) * g.ldc + j + c * 8, left - 8 * c, acc[r][c]);
    }
  }
}

template <int kCols, bool kPartial>
void SgemmColumns(const SgemmArgs& g, int64_t m, int64_t j, int64_t left) {
  int64_t i = 0;
  for (; i + 6 <= m; i += 6) SgemmTile<6, kCols, kPartial>(g, i, j, left);
  for (; i + 2 <= m; i += 2) SgemmTile<2, kCols, kPartial>(g, i, j, left);
  if (i < m) SgemmTile<1, kCols, kPartial>(g, i, j, left);
}

void Sgemm(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda, const float* b,
           int64_t ldb, float* c, int64_t ldc, bool accumulate) {
  const SgemmArgs g{k, a, lda, b, ldb, c, ldc, accumulate};
  int64_t j = 0;
  for (; j + 16 <= n; j += 16) SgemmColumns<2, false>(g, m, j, 16);
  if (n - j > 8) {
    SgemmColumns<2, true>(g, m, j, n - j);
  } else if (n > j) {
    SgemmColumns<1, true>(g, m, j, n - j);
  }
}

}  // namespace
}  // namespace fathom
