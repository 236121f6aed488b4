// The 256-bit kernels are written once, in ymm*.h, and compiled once for each instruction set
// (avx2.cc, avx_vnni.cc). All of it lies in anonymous namespaces, so that the linker cannot take
// the code of one set for the other; include no header here whose inline functions other files
// might share.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace fathom {
namespace {

// Lanes 0 .. left - 1.
inline __m256i LaneMask(int64_t left) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int32_t>(left)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

// The first `left` of 8 numbers; the other lanes are 0. Masked stores cost tens of cycles on some
// CPUs, so a full vector goes without.
inline __m256 Load(const float* from, int64_t left) {
  return left >= 8 ? _mm256_loadu_ps(from) : _mm256_maskload_ps(from, LaneMask(left));
}

inline void Store(float* to, int64_t left, __m256 value) {
  if (left >= 8) {
    _mm256_storeu_ps(to, value);
  } else {
    _mm256_maskstore_ps(to, LaneMask(left), value);
  }
}

inline float Sum(__m256 x) {
  __m128 s = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

inline float Max(__m256 x) {
  __m128 m = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  m = _mm_max_ps(m, _mm_movehl_ps(m, m));
  return _mm_cvtss_f32(_mm_max_ss(m, _mm_movehdup_ps(m)));
}

}  // namespace
}  // namespace fathom
