// Matrix products of activations with packed weights, spread over the thread pool.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/kernel_table.h"
#include "model/arithmetic.h"

namespace fathom {

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

  // Several products of the same x [rows, k]: quantised once, one pass over all panels.
  // REQUIRES every w.k() == k
  void Run(const float* x, int64_t rows, int64_t k, std::span<const Product> products);

 private:
  void Quantize(const float* x, int64_t rows, int64_t k);
  void RunPanel(const Product& product, int64_t panel, const float* x, int64_t rows);

  const KernelTable& kernels_;
  Arithmetic arithmetic_;
  ThreadPool* pool_;
  QuantizedRows quantized_;
  std::vector<int8_t> q_;
  std::vector<float> scale_, sum_;
  std::vector<int32_t> zero32_, zero16_;
};

}  // namespace fathom
