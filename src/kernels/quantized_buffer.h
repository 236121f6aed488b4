// The memory behind a QuantizedRows.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kernel_table.h"

namespace fathom {

// Grows to the largest activations and stays. Contents are unspecified after Resize. Movable, not
// copyable: the view points into it.
class QuantizedBuffer {
 public:
  QuantizedBuffer() = default;
  QuantizedBuffer(QuantizedBuffer&&) = default;
  QuantizedBuffer& operator=(QuantizedBuffer&&) = default;

  // REQUIRES k % 32 == 0
  void Resize(int64_t rows, int64_t k) {
    const size_t size = static_cast<size_t>(rows * k);
    if (q_.size() < size) {
      q_.resize(size);
      scale_.resize(size / 32);
      sum_.resize(size / 32);
      zero32_.resize(size / 32);
      zero16_.resize(size / 16);
    }
    view_ = {rows, k, q_.data(), scale_.data(), sum_.data(), zero32_.data(), zero16_.data()};
  }

  // Of the last Resize; valid until the next.
  const QuantizedRows& view() const { return view_; }

 private:
  std::vector<int8_t> q_;
  std::vector<float> scale_, sum_;
  std::vector<int32_t> zero32_, zero16_;
  QuantizedRows view_;
};

}  // namespace fathom
