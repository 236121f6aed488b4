// The one seam between fathom and the CPU's instruction set. Each instruction set fills one table;
// nothing outside this folder uses intrinsics or asks what the CPU can do.
//
// Bits: every function computes a row's results in an order that depends on that row's own sizes
// only, never on how many rows there are or how they are spread over threads.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/packed_matrix.h"

namespace fathom {

// Activations quantised to int8 in blocks of 32 along k: x = scale * q.
// Shapes (row-major)  q [rows, k]; scale, sum [rows, k/32]; zero32 [rows, k/32]; zero16 [rows,
// k/16]
struct QuantizedRows {
  int64_t rows = 0;
  int64_t k = 0;
  int8_t* q = nullptr;
  float* scale = nullptr;
  float* sum = nullptr;       // scale * sum of the block's q: what a weight's min is multiplied by
  int32_t* zero32 = nullptr;  // -128 * sum of q over 32 inputs: undoes the +128 of byte codes
  int32_t* zero16 = nullptr;  // the same over 16 inputs
};

// quantize_int16: the widest range.
inline constexpr float kLargestInt16 = 32767;

// quantize_weights: one scale for this many weights, and what the largest of them becomes. A
// block's sum of products with numbers that are no larger stays below 2^31.
inline constexpr int64_t kWeightBlock = 32;
inline constexpr float kLargestWeight = 8191;

// c [m, n] = a * b of int16 numbers with fp32 scales, or += with `accumulate`. Every `block` of the
// k inputs has its own scale in each row of a; b may have one for each column.
// Shapes  a [m, k], rows lda apart; a_scale [m, k/block]; b [k/2][ldb][2]: two inputs of a column
//         are neighbours, ldb columns are stored; b_scale [n] or null; c rows ldc apart
// REQUIRES block even, k a multiple of it; no sum of a block exceeds 2^31 - 1 in magnitude
struct Int16Product {
  int64_t m, n, k, block;
  const int16_t* a;
  int64_t lda;
  const float* a_scale;
  const int16_t* b;
  int64_t ldb;
  const float* b_scale;
  float* c;
  int64_t ldc;
  bool accumulate;
};

struct KernelTable {
  const char* name;  // "avx512-vnni", "avx-vnni", "avx2", "scalar"

  // Quantises rows [begin, end) of x [rows, k]: scale = absmax / 127, round to nearest even; a
  // block of zeros has scale 0. Any x is accepted; q is unspecified where x is not finite or absmax
  // below 127 / FLT_MAX.
  void (*quantize_rows)(const float* x, int64_t begin, int64_t end, const QuantizedRows& out);

  // What that left over: out = x - scale * q for rows [begin, end), both [rows, k].
  void (*subtract_quantized)(const float* x, int64_t begin, int64_t end, const QuantizedRows& q,
                             float* out);

  // out[row * stride + j] = sum_i a[row][i] * w[i][j] for the panel's columns j (those < n), all
  // rows. Sums run over 32-input blocks in ascending order, exact int32 inside a block. With
  // `accumulate` the finished sum is added to what out holds. A block whose scale is 0 in a few
  // neighbouring rows is left out there.
  void (*gemm_int8)(const PackedMatrix& w, int64_t panel, const QuantizedRows& a, float* out,
                    int64_t stride, bool accumulate);

  // out [count, 32] = w[i][j] of the panel's columns for the inputs i from `first` on; columns
  // beyond the last are unspecified. REQUIRES with codes: first and count are multiples of 32
  void (*dequantize_panel)(const PackedMatrix& w, int64_t panel, int64_t first, int64_t count,
                           float* out);

  // c [m, n] = a [m, k] * b [k, n], or += with `accumulate`; ascending k, one chain per element.
  // Leading dimensions (row strides) lda, ldb, ldc in elements.
  void (*sgemm)(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda, const float* b,
                int64_t ldb, float* c, int64_t ldc, bool accumulate);

  // q = round(x / scale) over [n]; returns the scale, 0 for zeros. The norm of q is at most 46,000,
  // its largest number at most `largest`, and one of both as large as that: sums of products of two
  // such q stay below 2^31 (Cauchy-Schwarz). Any x is accepted; q is unspecified where it is not
  // finite. REQUIRES largest <= 32,767
  float (*quantize_int16)(const float* x, int64_t n, float largest, int16_t* q);

  // q = round(x * factor / scale) over [n], for blocks of kWeightBlock, whose largest becomes
  // kLargestWeight; the last block is filled up with zeros. A block of numbers below 1e-30 has
  // scale 0. Shapes   x, factor [n]; q [n rounded up to blocks]; scale [blocks] REQUIRES x and
  // factor are not negative
  void (*quantize_weights)(const float* x, const float* factor, int64_t n, int16_t* q,
                           float* scale);

  void (*gemm_int16)(const Int16Product& product);

  // out = x / sqrt(mean(x^2) + epsilon) * weight, all [n]; out may be x.
  void (*rms_norm)(const float* x, const float* weight, int64_t n, float epsilon, float* out);

  // gate = silu(gate) * up, silu(x) = x / (1 + exp(-x)); both [n].
  void (*silu_mul)(float* gate, const float* up, int64_t n);

  // gate = gelu(gate) * up, both [n]; gelu(x) = x / 2 * (1 + tanh(u)) = x / (1 + exp(-2 u)),
  // u = sqrt(2 / pi) * (x + 0.044715 x^3).
  // Source: Hendrycks and Gimpel, arXiv 1606.08415, section 2
  void (*gelu_tanh_mul)(float* gate, const float* up, int64_t n);

  // x = exp(x - max(x)) over [n]; returns the sum. REQUIRES n >= 1
  float (*softmax_exp)(float* x, int64_t n);

  // x += y, both [n].
  void (*add)(float* x, const float* y, int64_t n);
};

// Every table this CPU can run, fastest first; the last one is "scalar", the reference.
std::span<const KernelTable* const> AvailableKernels();

// The table in use: the first available one, or the one the environment variable FATHOM_KERNELS
// names. An unknown or unavailable name ends the program at start with the list of known ones.
const KernelTable& ActiveKernels();

}  // namespace fathom
