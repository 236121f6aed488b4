// Keys and values of one run of tokens in all layers, laid out for attention as two matrix
// products.
#pragma once

#include <cstdint>

#include "base/aligned_buffer.h"
#include "kernels/kernel_table.h"
#include "model/arithmetic.h"

namespace fathom {

struct KvShape {
  int64_t layers = 0;
  int64_t kv_heads = 0;
  int64_t head_dim = 0;  // even
  Arithmetic arithmetic = Arithmetic::kInt8;
};

// Of each layer and key-value head, with stride = key_stride(), places = capacity rounded up to
// blocks of kWeightBlock:
//   kFp32  keys f32 [head_dim][stride]; values f32 [capacity][head_dim]
//   kInt8  keys int16 [head_dim/2][stride][2]; values int16 [places/2][head_dim][2], each token
//   with
//          a scale of its own for either: f32 [places]
class KvCache {
 public:
  KvCache(const KvShape& shape, int64_t capacity);

  // Memory of such a cache.
  static int64_t Bytes(const KvShape& shape, int64_t capacity);

  Arithmetic arithmetic() const { return shape_.arithmetic; }
  int64_t capacity() const { return capacity_; }
  // The row stride of keys: an odd number of cache lines, so that the rows of one position do not
  // all fall into the same set of the cache.
  int64_t key_stride() const { return key_stride_; }
  int64_t tokens() const { return tokens_; }
  void set_tokens(int64_t tokens) { tokens_ = tokens; }

  // Stores the key and the value, [head_dim] each, of one position; `key` is already rotated.
  // Threads: concurrent calls for different layers or heads.
  void Store(const KernelTable& kernels, int64_t layer, int64_t head, int64_t position,
             const float* key, const float* value);

  // REQUIRES kFp32
  const float* Keys(int64_t layer, int64_t head) const { return &keys_[KeysAt(layer, head)]; }
  const float* Values(int64_t layer, int64_t head) const { return &values_[ValuesAt(layer, head)]; }

  // REQUIRES kInt8
  const int16_t* Keys16(int64_t layer, int64_t head) const { return &keys16_[KeysAt(layer, head)]; }
  const int16_t* Values16(int64_t layer, int64_t head) const {
    return &values16_[ValuesAt(layer, head)];
  }
  const float* KeyScales(int64_t layer, int64_t head) const {
    return &key_scales_[ScalesAt(layer, head)];
  }
  const float* ValueScales(int64_t layer, int64_t head) const {
    return &value_scales_[ScalesAt(layer, head)];
  }

 private:
  int64_t HeadAt(int64_t layer, int64_t head) const { return layer * shape_.kv_heads + head; }
  int64_t KeysAt(int64_t layer, int64_t head) const {
    return HeadAt(layer, head) * shape_.head_dim * key_stride_;
  }
  int64_t ValuesAt(int64_t layer, int64_t head) const {
    return HeadAt(layer, head) * shape_.head_dim * places_;
  }
  int64_t ScalesAt(int64_t layer, int64_t head) const { return HeadAt(layer, head) * places_; }

  KvShape shape_;
  int64_t capacity_;
  int64_t places_;
  int64_t key_stride_;
  int64_t tokens_ = 0;
  AlignedBuffer<float> keys_, values_;
  AlignedBuffer<int16_t> keys16_, values16_;
  AlignedBuffer<float> key_scales_, value_scales_;
};

}  // namespace fathom
