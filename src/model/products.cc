#include "model/products.h"

#include <algorithm>
#include <numeric>

#include "base/assert.h"

namespace fathom {
namespace {

// The square of a block's scale, in means over its row, from which on it has a second digit.
constexpr float kLoudBlock = 2;

// One block as a row of its own.
QuantizedRows BlockOf(const QuantizedRows& rows, int64_t block) {
  return {.rows = 1,
          .k = kActivationBlock,
          .q = rows.q + block * kActivationBlock,
          .scale = rows.scale + block,
          .sum = rows.sum + block,
          .zero32 = rows.zero32 + block,
          .zero16 = rows.zero16 + 2 * block};
}

}  // namespace

void Products::QuantizeRow(const float* x, int64_t row, Digits digits) {
  kernels_.quantize_rows(x, row, row + 1, first_.view());
  if (digits == Digits::kDouble) QuantizeLoudBlocks(x, row);
}

// The second digit of the blocks in which the first one's error is large; the others get the scale
// 0. Which they are is decided by the row alone.
void Products::QuantizeLoudBlocks(const float* x, int64_t row) {
  const QuantizedRows& first = first_.view();
  const int64_t blocks = first.k / kActivationBlock, at = row * blocks;
  const std::span<const float> scales(first.scale + at, blocks);
  const float mean = std::inner_product(scales.begin(), scales.end(), scales.begin(), 0.0f) /
                     static_cast<float>(blocks);
  for (int64_t block = at; block < at + blocks; ++block) {
    const QuantizedRows one = BlockOf(first, block), two = BlockOf(second_.view(), block);
    if (*one.scale * *one.scale >= kLoudBlock * mean) {
      float leftover[kActivationBlock];
      kernels_.subtract_quantized(x + block * kActivationBlock, 0, 1, one, leftover);
      kernels_.quantize_rows(leftover, 0, 1, two);
    } else {
      *two.scale = *two.sum = 0;
    }
  }
}

void Products::RunPanelInt8(const Product& product, int64_t panel, Digits digits) {
  const PackedMatrix& w = *product.w;
  kernels_.gemm_int8(w, panel, first_.view(), product.out, product.stride, false);
  if (digits == Digits::kDouble) {
    kernels_.gemm_int8(w, panel, second_.view(), product.out, product.stride, true);
  }
}

// In steps along k, so that the fp32 weights stay in the L1 cache: 128 x 32 of them are 16 KiB. The
// sums go on from step to step, which leaves their order as it is.
void Products::RunPanelFp32(const Product& product, int64_t panel, const float* x, int64_t rows) {
  constexpr int64_t kStep = 128;
  const PackedMatrix& w = *product.w;
  alignas(64) float weights[kStep * kPanelColumns];
  for (int64_t first = 0; first < w.k(); first += kStep) {
    const int64_t count = std::min(kStep, w.k() - first);
    kernels_.dequantize_panel(w, panel, first, count, weights);
    kernels_.sgemm(rows, w.columns(panel), count, x + first, w.k(), weights, kPanelColumns,
                   product.out + panel * kPanelColumns, product.stride, first > 0);
  }
}

void Products::RunPanel(const Product& product, int64_t panel, const float* x, int64_t rows,
                        Digits digits) {
  if (IsInt8(*product.w)) {
    RunPanelInt8(product, panel, digits);
  } else {
    RunPanelFp32(product, panel, x, rows);
  }
}

void Products::Run(const float* x, int64_t rows, int64_t k, Digits digits,
                   std::span<const Product> products,
                   const std::function<void(int64_t row)>& make_row) {
  const bool int8 =
      std::ranges::any_of(products, [&](const Product& product) { return IsInt8(*product.w); });
  if (int8) {
    first_.Resize(rows, k);
    if (digits == Digits::kDouble) second_.Resize(rows, k);
  }
  pool_->ParallelFor(rows, [&](int64_t row) {
    if (make_row) make_row(row);
    if (int8) QuantizeRow(x, row, digits);
  });
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
