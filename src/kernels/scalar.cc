// The reference kernels: plain loops, no intrinsics, the arithmetic of kernel_table.h spelled out.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/half.h"
#include "kernels/tables.h"

namespace fathom {
namespace {

// The nearest whole number, for |x| up to the largest T; what is far beyond, or no number, becomes
// 0, as AVX-512 has it for int8. Such values come from activations that overflow, and from a block
// whose largest is so small that 127 / absmax is infinite.
template <typename T>
T Round(float x) {
  constexpr float kLimit = std::numeric_limits<T>::max() + 0.5F;
  return std::fabs(x) < kLimit ? static_cast<T>(std::nearbyint(x)) : T{0};
}

void QuantizeBlock(const float* x, int8_t* q, float* scale, float* sum, int32_t* zero32,
                   int32_t* zero16) {
  float absmax = 0;
  for (int i = 0; i < 32; ++i) absmax = std::max(absmax, std::fabs(x[i]));
  *scale = absmax / 127;
  const float inverse = absmax == 0 ? 0 : 127 / absmax;
  int32_t half_sum[2] = {0, 0};
  for (int i = 0; i < 32; ++i) {
    q[i] = Round<int8_t>(x[i] * inverse);
    half_sum[i / 16] += q[i];
  }
  zero16[0] = -128 * half_sum[0];
  zero16[1] = -128 * half_sum[1];
  *zero32 = zero16[0] + zero16[1];
  *sum = *scale * static_cast<float>(half_sum[0] + half_sum[1]);
}

void QuantizeRows(const float* x, int64_t begin, int64_t end, const QuantizedRows& out) {
  const int64_t blocks = out.k / 32;
  for (int64_t block = begin * blocks; block < end * blocks; ++block) {
    QuantizeBlock(x + block * 32, out.q + block * 32, out.scale + block, out.sum + block,
                  out.zero32 + block, out.zero16 + 2 * block);
  }
}

void SubtractQuantized(const float* x, int64_t begin, int64_t end, const QuantizedRows& q,
                       float* out) {
  for (int64_t i = begin * q.k; i < end * q.k; ++i) {
    out[i] = x[i] - q.scale[i / 32] * static_cast<float>(q.q[i]);
  }
}

void GemmInt8(const PackedMatrix& w, int64_t panel, const QuantizedRows& a, float* out,
              int64_t stride, bool accumulate) {
  const int64_t k = w.k(), group = w.shape().group, groups = w.groups();
  std::vector<std::array<int16_t, kPanelColumns>> q(k);
  for (int64_t i = 0; i < k; ++i) w.CodesOf(panel, i, q[i]);
  for (int64_t column = 0; column < w.columns(panel); ++column) {
    const int64_t j = panel * kPanelColumns + column;
    for (int64_t row = 0; row < a.rows; ++row) {
      float total = 0;
      for (int64_t g = 0; g < groups; ++g) {
        int32_t dot = 0;
        const int8_t* x = a.q + row * k + g * group;
        for (int64_t i = 0; i < group; ++i) dot += x[i] * q[g * group + i][column];
        const int64_t block = row * (k / 32) + g * group / 32;
        const float scale = HalfToFloat(w.scales(panel)[g * kPanelColumns + column]);
        total = std::fma(static_cast<float>(dot), scale * a.scale[block], total);
        if (w.shape().has_mins) {
          const float min = HalfToFloat(w.mins(panel)[g * kPanelColumns + column]);
          total = std::fma(min, a.sum[block], total);
        }
      }
      total *= w.multiplier(panel);
      out[row * stride + j] = accumulate ? out[row * stride + j] + total : total;
    }
  }
}

void DequantizePanel(const PackedMatrix& w, int64_t panel, int64_t first, int64_t count,
                     float* out) {
  const PackedShape& shape = w.shape();
  if (IsFloat(shape.kind)) {
    for (int64_t at = 0; at < count * kPanelColumns; ++at) {
      out[at] = w.FloatAt(panel, first + at / kPanelColumns, at % kPanelColumns);
    }
    return;
  }
  std::array<int16_t, kPanelColumns> q;
  float scale[kPanelColumns], min[kPanelColumns] = {};
  for (int64_t i = first; i < first + count; ++i, out += kPanelColumns) {
    if (i % shape.group == 0) {
      const int64_t at = i / shape.group * kPanelColumns;
      for (int64_t c = 0; c < kPanelColumns; ++c) {
        scale[c] = HalfToFloat(w.scales(panel)[at + c]) * w.multiplier(panel);
        if (shape.has_mins) min[c] = HalfToFloat(w.mins(panel)[at + c]) * w.multiplier(panel);
      }
    }
    w.CodesOf(panel, i, q);
    for (int64_t c = 0; c < kPanelColumns; ++c) {
      out[c] = scale[c] * static_cast<float>(q[c]) + min[c];
    }
  }
}

void Sgemm(int64_t m, int64_t n, int64_t k, const float* a, int64_t lda, const float* b,
           int64_t ldb, float* c, int64_t ldc, bool accumulate) {
  for (int64_t i = 0; i < m; ++i) {
    float* row = c + i * ldc;
    if (!accumulate) std::fill(row, row + n, 0.0f);
    for (int64_t p = 0; p < k; ++p) {
      const float x = a[i * lda + p];
      const float* y = b + p * ldb;
      for (int64_t j = 0; j < n; ++j) row[j] += x * y[j];
    }
  }
}

float QuantizeInt16(const float* x, int64_t n, float largest, int16_t* q) {
  double squares = 0;
  float absmax = 0;
  for (int64_t i = 0; i < n; ++i) {
    squares += static_cast<double>(x[i]) * x[i];
    absmax = std::max(absmax, std::fabs(x[i]));
  }
  const auto norm = static_cast<float>(std::sqrt(squares));
  const float scale = std::max(norm / kInt16Norm, absmax / largest);
  const float inverse = scale == 0 ? 0 : 1 / scale;
  for (int64_t i = 0; i < n; ++i) q[i] = Round<int16_t>(x[i] * inverse);
  return scale;
}

void QuantizeWeights(const float* x, const float* factor, int64_t n, int16_t* q, float* scale) {
  for (int64_t begin = 0; begin < n; begin += kWeightBlock, ++scale) {
    float product[kWeightBlock] = {};
    for (int64_t i = begin; i < std::min(n, begin + kWeightBlock); ++i) {
      product[i - begin] = x[i] * factor[i];
    }
    const float largest = *std::max_element(product, product + kWeightBlock);
    const bool counts = largest >= kSmallestWeight;
    *scale = counts ? largest / kLargestWeight : 0;
    const float inverse = counts ? kLargestWeight / largest : 0;
    for (int64_t i = 0; i < kWeightBlock; ++i) q[begin + i] = Round<int16_t>(product[i] * inverse);
  }
}

float DotInt16(const Int16Product& g, int64_t row, int64_t column) {
  float total = 0;
  for (int64_t block = 0; block < g.k / g.block; ++block) {
    int64_t dot = 0;
    for (int64_t i = block * g.block; i < (block + 1) * g.block; ++i) {
      dot += int64_t{g.a[row * g.lda + i]} * g.b[(i / 2 * g.ldb + column) * 2 + i % 2];
    }
    const float scale = g.a_scale[row * (g.k / g.block) + block];
    total = std::fma(static_cast<float>(dot), scale, total);
  }
  return g.b_scale == nullptr ? total : total * g.b_scale[column];
}

void GemmInt16(const Int16Product& g) {
  for (int64_t row = 0; row < g.m; ++row) {
    for (int64_t column = 0; column < g.n; ++column) {
      float& c = g.c[row * g.ldc + column];
      c = (g.accumulate ? c : 0) + DotInt16(g, row, column);
    }
  }
}

void RmsNorm(const float* x, const float* weight, int64_t n, float epsilon, float* out) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * x[i];
  const float scale = static_cast<float>(
      1 / std::sqrt(sum / static_cast<double>(n) + static_cast<double>(epsilon)));
  for (int64_t i = 0; i < n; ++i) out[i] = x[i] * scale * weight[i];
}

void SiluMul(float* gate, const float* up, int64_t n) {
  for (int64_t i = 0; i < n; ++i) gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
}

void GeluTanhMul(float* gate, const float* up, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    const float x = gate[i];
    gate[i] = x / (1 + std::exp(x * (kGeluLinear + kGeluCubic * x * x))) * up[i];
  }
}

float SoftmaxExp(float* x, int64_t n) {
  const float largest = *std::max_element(x, x + n);
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    x[i] = std::exp(x[i] - largest);
    sum += x[i];
  }
  return static_cast<float>(sum);
}

void Add(float* x, const float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] += y[i];
}

}  // namespace

extern const KernelTable kScalarKernels = {
    .name = "scalar",
    .quantize_rows = QuantizeRows,
    .subtract_quantized = SubtractQuantized,
    .gemm_int8 = GemmInt8,
    .dequantize_panel = DequantizePanel,
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
