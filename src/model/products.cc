#include "model/products.h"

#include <algorithm>

#include "base/assert.h"

namespace fathom {

void Products::QuantizeLeftover(const float* x, int64_t begin, int64_t end) {
  const QuantizedRows& first = first_.view();
  for (int64_t i = begin * first.k; i < end * first.k; ++i) {
    leftover_[i] = x[i] - first.scale[i / 32] * static_cast<float>(first.q[i]);
  }
  kernels_.quantize_rows(leftover_.data(), begin, end, second_.view());
}

void Products::Quantize(const float* x, int64_t rows, int64_t k, Digits digits) {
  first_.Resize(rows, k);
  if (digits == Digits::kDouble) {
    second_.Resize(rows, k);
    if (static_cast<int64_t>(leftover_.size()) < rows * k) leftover_.resize(rows * k);
  }
  constexpr int64_t kChunk = 8;  // rows a task; fewer are not worth waking a thread
  pool_->ParallelFor((rows + kChunk - 1) / kChunk, [&](int64_t chunk) {
    const int64_t begin = chunk * kChunk, end = std::min(rows, begin + kChunk);
    kernels_.quantize_rows(x, begin, end, first_.view());
    if (digits == Digits::kDouble) QuantizeLeftover(x, begin, end);
  });
}

void Products::RunPanel(const Product& product, int64_t panel, const float* x, int64_t rows,
                        Digits digits) {
  const PackedMatrix& w = *product.w;
  if (arithmetic_ == Arithmetic::kInt8) {
    kernels_.gemm_int8(w, panel, first_.view(), product.out, product.stride, false);
    if (digits == Digits::kDouble) {
      kernels_.gemm_int8(w, panel, second_.view(), product.out, product.stride, true);
    }
    return;
  }
  thread_local std::vector<float> weights;
  weights.resize(w.k() * kPanelColumns);
  w.DequantizePanel(panel, weights);
  kernels_.sgemm(rows, w.columns(panel), w.k(), x, w.k(), weights.data(), kPanelColumns,
                 product.out + panel * kPanelColumns, product.stride, false);
}

void Products::Run(const float* x, int64_t rows, int64_t k, Digits digits,
                   std::span<const Product> products) {
  if (arithmetic_ == Arithmetic::kInt8) Quantize(x, rows, k, digits);
  int64_t panels = 0;
  for (const Product& product : products) {
    FATHOM_ASSERT(product.w->k() == k);
    panels += product.w->panels();
  }
  pool_->ParallelFor(panels, [&](int64_t panel) {
    size_t i = 0;
    while (panel >= products[i].w->panels()) panel -= products[i++].w->panels();
    RunPanel(products[i], panel, x, rows, digits);
  });
}

}  // namespace fathom
