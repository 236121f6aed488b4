// Matrix products of activations with packed weights, spread over the thread pool.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "base/thread_pool.h"
#include "kernels/kernel_table.h"
#include "kernels/quantized_buffer.h"
#include "model/arithmetic.h"

namespace fathom {

// How finely kInt8 arithmetic quantises activations. What either costs and brings: docs/runtime.md,
// section 3.
enum class Digits {
  kSingle,  // int8 in blocks of 32: relative error about 2^-8
  kDouble,  // and int8 again for what the first left over, in blocks where that is much
};

// Matrices of floats are multiplied in fp32 whatever the arithmetic.
// out [rows, w.n()] with row stride `stride` = activations [rows, w.k()] * w.
struct Product {
  const PackedMatrix* w;
  float* out;
  int64_t stride;
};

// Owns the quantised copy of the activations, grown as needed and kept.
// Threads: one call at a time.
class Products {
 public:
  Products(const KernelTable& kernels, Arithmetic arithmetic, ThreadPool* pool)
      : kernels_(kernels), arithmetic_(arithmetic), pool_(pool) {}

  // Several products of the same x [rows, k]: quantised once, one pass over all panels. `make_row`
  // fills a row of x, once for each, on any thread: the row is still in that core's cache when it
  // is quantised. Null = x is there already.
  // REQUIRES every w.k() == k
  void Run(const float* x, int64_t rows, int64_t k, Digits digits,
           std::span<const Product> products,
           const std::function<void(int64_t row)>& make_row = nullptr);

 private:
  void QuantizeRow(const float* x, int64_t row, Digits digits);
  void QuantizeLoudBlocks(const float* x, int64_t row);
  void RunPanel(const Product& product, int64_t panel, const float* x, int64_t rows, Digits digits);
  void RunPanelInt8(const Product& product, int64_t panel, Digits digits);
  void RunPanelFp32(const Product& product, int64_t panel, const float* x, int64_t rows);
  bool IsInt8(const PackedMatrix& w) const {
    return arithmetic_ == Arithmetic::kInt8 && !IsFloat(w.shape().kind);
  }

  const KernelTable& kernels_;
  Arithmetic arithmetic_;
  ThreadPool* pool_;
  QuantizedBuffer first_, second_;
};

}  // namespace fathom
