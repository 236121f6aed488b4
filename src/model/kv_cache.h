// Keys and values of one run of tokens in all layers, fp32, laid out for attention as two matrix
// products: keys transposed, values not.
#pragma once

#include <cstdint>

#include "base/aligned_buffer.h"

namespace fathom {

// Shapes  keys   [layers][kv_heads][head_dim][key_stride]
//         values [layers][kv_heads][capacity][head_dim]
class KvCache {
 public:
  KvCache(int64_t layers, int64_t kv_heads, int64_t head_dim, int64_t capacity)
      : kv_heads_(kv_heads),
        head_dim_(head_dim),
        capacity_(capacity),
        key_stride_(KeyStride(capacity)),
        keys_(layers * kv_heads * head_dim * key_stride_),
        values_(layers * kv_heads * head_dim * capacity) {}

  // Memory of such a cache.
  static int64_t Bytes(int64_t layers, int64_t kv_heads, int64_t head_dim, int64_t capacity) {
    return layers * kv_heads * head_dim * (KeyStride(capacity) + capacity) *
           static_cast<int64_t>(sizeof(float));
  }

  int64_t capacity() const { return capacity_; }
  // The row stride of Keys: an odd number of cache lines, so that the rows of one position do not
  // all fall into the same set of the cache.
  int64_t key_stride() const { return key_stride_; }
  int64_t tokens() const { return tokens_; }
  void set_tokens(int64_t tokens) { tokens_ = tokens; }

  float* Keys(int64_t layer, int64_t head) { return keys_.data() + KeysAt(layer, head); }
  float* Values(int64_t layer, int64_t head) { return values_.data() + ValuesAt(layer, head); }
  const float* Keys(int64_t layer, int64_t head) const {
    return keys_.data() + KeysAt(layer, head);
  }
  const float* Values(int64_t layer, int64_t head) const {
    return values_.data() + ValuesAt(layer, head);
  }

 private:
  static int64_t KeyStride(int64_t capacity) { return ((capacity + 15) / 16 | 1) * 16; }
  int64_t KeysAt(int64_t layer, int64_t head) const {
    return (layer * kv_heads_ + head) * head_dim_ * key_stride_;
  }
  int64_t ValuesAt(int64_t layer, int64_t head) const {
    return (layer * kv_heads_ + head) * head_dim_ * capacity_;
  }

  int64_t kv_heads_;
  int64_t head_dim_;
  int64_t capacity_;
  int64_t key_stride_;
  int64_t tokens_ = 0;
  AlignedBuffer<float> keys_;
  AlignedBuffer<float> values_;
};

}  // namespace fathom
