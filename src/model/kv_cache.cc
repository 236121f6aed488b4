#include "model/kv_cache.h"

#include <cstring>

#include "model/model_config.h"

namespace fathom {
namespace {

int64_t KeyStride(int64_t capacity) { return ((capacity + 15) / 16 | 1) * 16; }

// A block of weights is multiplied whole, so there are values for all of it.
int64_t Places(Arithmetic arithmetic, int64_t capacity) {
  if (arithmetic == Arithmetic::kFp32) return capacity;
  return (capacity + kWeightBlock - 1) / kWeightBlock * kWeightBlock;
}

}  // namespace

KvCache::KvCache(const KvShape& shape, int64_t capacity)
    : shape_(shape),
      capacity_(capacity),
      places_(Places(shape.arithmetic, capacity)),
      key_stride_(KeyStride(capacity)) {
  const int64_t heads = shape.layers * shape.kv_heads, width = heads * shape.head_dim;
  if (shape.arithmetic == Arithmetic::kFp32) {
    keys_ = AlignedBuffer<float>(width * key_stride_);
    values_ = AlignedBuffer<float>(width * places_);
  } else {
    keys16_ = AlignedBuffer<int16_t>(width * key_stride_);
    values16_ = AlignedBuffer<int16_t>(width * places_);
    key_scales_ = AlignedBuffer<float>(heads * places_);
    value_scales_ = AlignedBuffer<float>(heads * places_);
  }
}

int64_t KvCache::Bytes(const KvShape& shape, int64_t capacity) {
  const int64_t places = Places(shape.arithmetic, capacity), heads = shape.layers * shape.kv_heads;
  const int64_t numbers = heads * shape.head_dim * (KeyStride(capacity) + places);
  if (shape.arithmetic == Arithmetic::kFp32) return numbers * int64_t{sizeof(float)};
  return numbers * int64_t{sizeof(int16_t)} + 2 * heads * places * int64_t{sizeof(float)};
}

void KvCache::Store(const KernelTable& kernels, int64_t layer, int64_t head, int64_t position,
                    const float* key, const float* value) {
  const int64_t dim = shape_.head_dim;
  if (shape_.arithmetic == Arithmetic::kFp32) {
    float* keys = &keys_[KeysAt(layer, head)] + position;
    for (int64_t i = 0; i < dim; ++i) keys[i * key_stride_] = key[i];
    std::memcpy(&values_[ValuesAt(layer, head)] + position * dim, value, dim * sizeof(float));
    return;
  }
  int16_t q[kHeadDimMax];
  const int64_t scale_at = ScalesAt(layer, head) + position;
  key_scales_[scale_at] = kernels.quantize_int16(key, dim, kLargestInt16, q);
  int16_t* keys = &keys16_[KeysAt(layer, head)] + position * 2;
  for (int64_t i = 0; i < dim; i += 2) std::memcpy(keys + i * key_stride_, &q[i], 2 * sizeof(q[0]));
  value_scales_[scale_at] = kernels.quantize_int16(value, dim, kLargestWeight, q);
  int16_t* values = &values16_[ValuesAt(layer, head)] + position / 2 * 2 * dim + position % 2;
  for (int64_t i = 0; i < dim; ++i) values[i * 2] = q[i];
}

}  // namespace fathom
