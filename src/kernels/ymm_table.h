// The table that a 256-bit instruction set fills.
#pragma once

#include "kernels/tables.h"
#include "kernels/ymm_gemm_int8.h"
#include "kernels/ymm_int16.h"
#include "kernels/ymm_rows.h"
#include "kernels/ymm_sgemm.h"

namespace fathom {
namespace {

// Dot: ymm_gemm_int8.h, ymm_int16.h
template <typename Dot>
constexpr KernelTable YmmTable(const char* name) {
  return {
      .name = name,
      .quantize_rows = QuantizeRows,
      .subtract_quantized = SubtractQuantized,
      .gemm_int8 = GemmInt8<Dot>,
      .dequantize_panel = DequantizePanelAvx2,
      .sgemm = Sgemm,
      .quantize_int16 = QuantizeInt16,
      .quantize_weights = QuantizeWeights,
      .gemm_int16 = GemmInt16<Dot>,
      .rms_norm = RmsNorm,
      .silu_mul = SiluMul,
      .gelu_tanh_mul = GeluTanhMul,
      .softmax_exp = SoftmaxExp,
      .add = Add,
  };
}

}  // namespace
}  // namespace fathom
