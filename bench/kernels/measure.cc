#include "kernels/measure.h"

#include <random>

namespace fathom {

PackedMatrix MakeMatrix(const Format& format, int64_t k, int64_t n) {
  PackedMatrix matrix(
      {.n = n, .k = k, .kind = format.kind, .group = format.group, .has_mins = format.has_mins});
  const std::vector<int8_t> q(kPanelColumns * k, 1);
  const std::vector<float> scales(kPanelColumns * matrix.groups(), 0.01f);
  const std::vector<float> mins(format.has_mins ? scales.size() : 0, -0.08f);
  for (int64_t panel = 0; panel < matrix.panels(); ++panel) {
    const size_t columns = matrix.columns(panel);
    matrix.FillPanel(panel, std::span(q).first(columns * k),
                     std::span(scales).first(columns * matrix.groups()),
                     std::span(mins).first(format.has_mins ? columns * matrix.groups() : 0));
  }
  return matrix;
}

QuantizedBuffer MakeActivations(const KernelTable& kernels, int64_t rows, int64_t k) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> x(rows * k);
  for (float& v : x) v = normal(random);
  QuantizedBuffer quantized;
  quantized.Resize(rows, k);
  kernels.quantize_rows(x.data(), 0, rows, quantized.view());
  return quantized;
}

void MultiplyInt8(const KernelTable& kernels, const PackedMatrix& w, const QuantizedRows& a,
                  std::vector<float>& out, ThreadPool& pool) {
  pool.ParallelFor(
      w.panels(), [&](int64_t panel) { kernels.gemm_int8(w, panel, a, out.data(), w.n(), false); });
}

}  // namespace fathom
