#include "model/products.h"

#include <algorithm>

#include "base/assert.h"

namespace fathom {
void Products::Quantize(const float* x, int64_t rows, int64_t k) {
  const size_t size = static_cast<size_t>(rows * k);
  if (q_.size() < size) {
    q_.resize(size);
    scale_.resize(size / 32);
    sum_.resize(size / 32);
    zero32_.resize(size / 32);
    zero16_.resize(size / 16);
  }
  quantized_ = {rows, k, q_.data(), scale_.data(), sum_.data(), zero32_.data(), zero16_.data()};
  constexpr int64_t kChunk = 8;  // rows a task; fewer are not worth waking a thread
  pool_->ParallelFor((rows + kChunk - 1) / kChunk, [&](int64_t chunk) {
    kernels_.quantize_rows(x, chunk * kChunk, std::min(rows, (chunk + 1) * kChunk), quantized_);
  });
}

void Products::RunPanel(const Product& product, int64_t panel, const float* x, int64_t rows) {
  const PackedMatrix& w = *product.w;
  if (arithmetic_ == Arithmetic::kInt8) {
    kernels_.gemm_int8(w, panel, quantized_, product.out, product.stride);
    return;
  }
  thread_local std::vector<float> weights;
  weights.resize(w.k() * kPanelColumns);
  w.DequantizePanel(panel, weights);
  kernels_.sgemm(rows, w.columns(panel), w.k(), x, w.k(), weights.data(), kPanelColumns,
                 product.out + panel * kPanelColumns, product.stride, false);
}

void Products::Run(const float* x, int64_t rows, int64_t k, std::span<const Product> products) {
  if (arithmetic_ == Arithmetic::kInt8) Quantize(x, rows, k);
  int64_t panels = 0;
  for (const Product& product : products) {
    FATHOM_ASSERT(product.w->k() == k);
    panels += product.w->panels();
  }
  pool_->ParallelFor(panels, [&](int64_t panel) {
    size_t i = 0;
    while (panel >= products[i].w->panels()) panel -= products[i++].w->panels();
    RunPanel(products[i], panel, x, rows);
  });
}

}  // namespace fathom
