// The quantised block formats of GGUF tensors and their values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/half.h"
#include "base/result.h"

namespace fathom {

// The numbers are GGUF's own type ids.
enum class TensorType : uint32_t {
  kF32 = 0,
  kF16 = 1,
  kQ4_0 = 2,
  kQ4_1 = 3,
  kQ5_0 = 6,
  kQ5_1 = 7,
  kQ8_0 = 8,
  kQ4_K = 12,
  kQ5_K = 13,
  kQ6_K = 14,
  kIQ4_NL = 20,
  kBF16 = 30,
};

struct QuantFormat {
  const char* name;   // "Q4_K"
  int block_weights;  // weights per block
  int block_bytes;    // bytes per block
};

// nullptr for a type fathom does not know.
const QuantFormat* FindQuantFormat(uint32_t type);
// REQUIRES an enumerator
const QuantFormat& FormatOf(TensorType type);
// "Q3_K" for a type id that exists in GGUF but not here, "type 77" for any other id.
std::string TensorTypeName(uint32_t type);
// "F32, F16, Q4_0, ...": the types of TensorType, for messages.
std::string KnownTensorTypes();

// Values of `weights` consecutive weights, fp32, exactly as the format defines them.
// REQUIRES weights % block_weights == 0; blocks.size() == weights / block_weights * block_bytes;
//          out.size() == weights
void Dequantize(TensorType type, std::span<const uint8_t> blocks, std::span<float> out);

// kCorrupt, naming the tensor and the first bad block (counted from the tensor's start), when a
// block scale or a plain weight is NaN or infinite: one such block would silently turn every
// answer into NaN. `first_block` is the number of the first block of `blocks` within the tensor.
// REQUIRES blocks.size() is a multiple of block_bytes
Status CheckFinite(TensorType type, std::span<const uint8_t> blocks, std::string_view tensor_name,
                   int64_t first_block = 0);

// The ranges of the 32 weights of sub-block `sub` (0..7) of a Q4_K or Q5_K block: value =
// d * scale * q - dmin * min. `packed` is the block's 12-byte field of 6-bit numbers.
struct SubBlockScale {
  uint8_t scale;
  uint8_t min;
};
SubBlockScale UnpackSubBlockScale(const uint8_t packed[12], int sub);

}  // namespace fathom
