// Keys and values of one run of tokens in all layers, fp32, laid out for attention as two matrix
// products: keys transposed, values not.
#pragma once

#include <cstdint>

#include "base/aligned_buffer.h"

namespace fathom {

// Shapes  keys   [layers][kv_heads][head_dim][capacity]
//         values [layers][kv_heads][capacity][head_dim]
class KvCache {
 public:
  KvCache(int64_t layers, int64_t kv_heads, int64_t head_dim, int64_t capacity)
      : kv_heads_(kv_heads),
        plane_(head_dim * capacity),
        capacity_(capacity),
        keys_(layers * kv_heads * plane_),
        values_(layers * kv_heads * plane_) {}

  int64_t capacity() const { return capacity_; }  // also the row stride of Keys
  int64_t tokens() const { return tokens_; }
  void set_tokens(int64_t tokens) { tokens_ = tokens; }

  float* Keys(int64_t layer, int64_t head) { return keys_.data() + Plane(layer, head); }
  float* Values(int64_t layer, int64_t head) { return values_.data() + Plane(layer, head); }
  const float* Keys(int64_t layer, int64_t head) const { return keys_.data() + Plane(layer, head); }
  const float* Values(int64_t layer, int64_t head) const {
    return values_.data() + Plane(layer, head);
  }

 private:
  int64_t Plane(int64_t layer, int64_t head) const { return (layer * kv_heads_ + head) * plane_; }

  int64_t kv_heads_;
  int64_t plane_;
  int64_t capacity_;
  int64_t tokens_ = 0;
  AlignedBuffer<float> keys_;
  AlignedBuffer<float> values_;
};

}  // namespace fathom
