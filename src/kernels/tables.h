// The tables themselves, for kernel_table.cc.
#pragma once

#include "kernels/kernel_table.h"

namespace fathom {

// gelu_tanh_mul's -2 u = x * (kGeluLinear + kGeluCubic * x^2).
inline constexpr float kGeluLinear = -1.59576912f;   // -2 sqrt(2 / pi)
inline constexpr float kGeluCubic = -0.0713548163f;  // 0.044715 times that

// quantize_int16 and quantize_weights.
inline constexpr float kInt16Norm = 46000;
inline constexpr float kSmallestWeight = 1e-30f;

// A panel of up to kExpandInputs inputs with one code a byte, to work in: 512 KiB of each thread
// that multiplies, made at its first call.
inline constexpr int64_t kExpandInputs = 16 * 1024;
uint8_t* ExpandedCodes();

extern const KernelTable kScalarKernels;
#if defined(__x86_64__)
extern const KernelTable kAvx512VnniKernels;
extern const KernelTable kAvxVnniKernels;
extern const KernelTable kAvx2Kernels;

// dequantize_panel of every table above.
void DequantizePanelAvx2(const PackedMatrix& w, int64_t panel, int64_t first, int64_t count,
                         float* out);
#endif

}  // namespace fathom
