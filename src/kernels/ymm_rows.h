// Everything a 256-bit table does row by row: quantising, norms, activations, softmax.
#pragma once

#include "kernels/tables.h"
#include "kernels/ymm.h"

namespace fathom {
namespace {

inline __m256 Negate(__m256 x) { return _mm256_xor_ps(x, _mm256_set1_ps(-0.0f)); }
inline __m256 Abs(__m256 x) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x); }

// x * inverse to the nearest integer (even, if two are), as nearbyint does in the reference.
inline __m256i Round(__m256 x, __m256 inverse) {
  return _mm256_cvtps_epi32(_mm256_mul_ps(x, inverse));
}

inline int32_t SumOfFour(__m128i x) {
  x = _mm_add_epi32(x, _mm_unpackhi_epi64(x, x));
  return _mm_cvtsi128_si32(_mm_add_epi32(x, _mm_srli_epi64(x, 32)));
}

void QuantizeBlock(const float* x, int64_t block, const QuantizedRows& out) {
  const __m256 x0 = _mm256_loadu_ps(x), x1 = _mm256_loadu_ps(x + 8), x2 = _mm256_loadu_ps(x + 16),
               x3 = _mm256_loadu_ps(x + 24);
  const float absmax =
      Max(_mm256_max_ps(_mm256_max_ps(Abs(x0), Abs(x1)), _mm256_max_ps(Abs(x2), Abs(x3))));
  const __m256 inverse = _mm256_set1_ps(absmax == 0 ? 0 : 127 / absmax);
  // Packing works within 128-bit halves: the four inputs of x0 and of x1 alternate at first.
  const __m256i q01 = _mm256_packs_epi32(Round(x0, inverse), Round(x1, inverse));
  const __m256i q23 = _mm256_packs_epi32(Round(x2, inverse), Round(x3, inverse));
  const __m256i q = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(q01, q23),
                                                _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out.q + block * 32), q);
  const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), q);
  const __m256i quads = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
  const int32_t sum0 = SumOfFour(_mm256_castsi256_si128(quads));
  const int32_t sum1 = SumOfFour(_mm256_extracti128_si256(quads, 1));
  const float scale = absmax / 127;
  out.scale[block] = scale;
  out.sum[block] = scale * static_cast<float>(sum0 + sum1);
  out.zero16[2 * block] = -128 * sum0;
  out.zero16[2 * block + 1] = -128 * sum1;
  out.zero32[block] = -128 * (sum0 + sum1);
}

void QuantizeRows(const float* x, int64_t begin, int64_t end, const QuantizedRows& out) {
  const int64_t blocks = out.k / 32;
  for (int64_t block = begin * blocks; block < end * blocks; ++block) {
    QuantizeBlock(x + block * 32, block, out);
  }
}

// Multiplied, then subtracted, as in the reference: no fused step.
void SubtractQuantized(const float* x, int64_t begin, int64_t end, const QuantizedRows& q,
                       float* out) {
  for (int64_t i = begin * q.k; i < end * q.k; i += 8) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(q.q + i));
    const __m256 value = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)),
                                       _mm256_set1_ps(q.scale[i / 32]));
    _mm256_storeu_ps(out + i, _mm256_sub_ps(_mm256_loadu_ps(x + i), value));
  }
}

// 2^n for n in -126 .. 127.
inline __m256 PowerOfTwo(__m256i n) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(n, _mm256_set1_epi32(127)), 23));
}

// exp(x) for x <= 88: 2^n * p(r), n = round(x / ln 2), |r| <= ln 2 / 2, p the Taylor polynomial of
// degree 7 (remainder (ln 2 / 2)^8 / 8! = 5e-9, below half an ulp). Below -87 the result is 0 or
// subnormal, so 2^n is multiplied in as two factors. ln 2 is split in two parts (Cody and Waite) so
// that r keeps its low bits.
inline __m256 Exp(__m256 x) {
  x = _mm256_max_ps(x, _mm256_set1_ps(-104.0f));
  const __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504f)),
                                   _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), r);
  __m256 p = _mm256_set1_ps(1.0f / 5040);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 720));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 120));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 24));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 6));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.5f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
  const __m256i whole = _mm256_cvtps_epi32(n), half = _mm256_srai_epi32(whole, 1);
  p = _mm256_mul_ps(p, PowerOfTwo(half));
  return _mm256_mul_ps(p, PowerOfTwo(_mm256_sub_epi32(whole, half)));
}

void RmsNorm(const float* x, const float* weight, int64_t n, float epsilon, float* out) {
  __m256 squares = _mm256_setzero_ps();
  for (int64_t i = 0; i < n; i += 8) {
    const __m256 v = Load(x + i, n - i);
    squares = _mm256_fmadd_ps(v, v, squares);
  }
  const float mean = Sum(squares) / static_cast<float>(n);
  const __m256 scale = _mm256_set1_ps(1 / __builtin_sqrtf(mean + epsilon));
  for (int64_t i = 0; i < n; i += 8) {
    const __m256 v = _mm256_mul_ps(Load(x + i, n - i), scale);
    Store(out + i, n - i, _mm256_mul_ps(v, Load(weight + i, n - i)));
  }
}

// x / (1 + exp(exponent)). At 88, where Exp ends, what is lost is below 1e-36.
inline __m256 Gated(__m256 x, __m256 exponent) {
  const __m256 e = Exp(_mm256_min_ps(exponent, _mm256_set1_ps(88)));
  return _mm256_div_ps(x, _mm256_add_ps(_mm256_set1_ps(1), e));
}

void SiluMul(float* gate, const float* up, int64_t n) {
  for (int64_t i = 0; i < n; i += 8) {
    const __m256 x = Load(gate + i, n - i);
    Store(gate + i, n - i, _mm256_mul_ps(Gated(x, Negate(x)), Load(up + i, n - i)));
  }
}

void GeluTanhMul(float* gate, const float* up, int64_t n) {
  for (int64_t i = 0; i < n; i += 8) {
    const __m256 x = Load(gate + i, n - i);
    const __m256 slope = _mm256_fmadd_ps(_mm256_mul_ps(x, x), _mm256_set1_ps(kGeluCubic),
                                         _mm256_set1_ps(kGeluLinear));
    const __m256 gelu = Gated(x, _mm256_mul_ps(x, slope));
    Store(gate + i, n - i, _mm256_mul_ps(gelu, Load(up + i, n - i)));
  }
}

float SoftmaxExp(float* x, int64_t n) {
  const int64_t full = n / 8 * 8;
  const __m256 lowest = _mm256_set1_ps(-__builtin_inff());
  const __m256 rest = _mm256_castsi256_ps(LaneMask(n - full));
  __m256 largest = _mm256_blendv_ps(lowest, Load(x + full, n - full), rest);
  for (int64_t i = 0; i < full; i += 8) largest = _mm256_max_ps(largest, _mm256_loadu_ps(x + i));
  const __m256 shift = _mm256_set1_ps(Max(largest));
  __m256 sum = _mm256_setzero_ps();
  for (int64_t i = 0; i < full; i += 8) {
    const __m256 e = Exp(_mm256_sub_ps(_mm256_loadu_ps(x + i), shift));
    _mm256_storeu_ps(x + i, e);
    sum = _mm256_add_ps(sum, e);
  }
  const __m256 e = _mm256_and_ps(rest, Exp(_mm256_sub_ps(Load(x + full, n - full), shift)));
  Store(x + full, n - full, e);
  return Sum(_mm256_add_ps(sum, e));
}

void Add(float* x, const float* y, int64_t n) {
  for (int64_t i = 0; i < n; i += 8) {
    Store(x + i, n - i, _mm256_add_ps(Load(x + i, n - i), Load(y + i, n - i)));
  }
}

}  // namespace
}  // namespace fathom
