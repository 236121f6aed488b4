#include "model/quant.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "model/quant_codes.h"

namespace fathom {
namespace {

struct TypeEntry {
  uint32_t id;
  QuantFormat format;
};

constexpr std::array kTypes = {
    TypeEntry{0, {"F32", 1, 4}},       TypeEntry{1, {"F16", 1, 2}},
    TypeEntry{2, {"Q4_0", 32, 18}},    TypeEntry{3, {"Q4_1", 32, 20}},
    TypeEntry{6, {"Q5_0", 32, 22}},    TypeEntry{7, {"Q5_1", 32, 24}},
    TypeEntry{8, {"Q8_0", 32, 34}},    TypeEntry{12, {"Q4_K", 256, 144}},
    TypeEntry{13, {"Q5_K", 256, 176}}, TypeEntry{14, {"Q6_K", 256, 210}},
    TypeEntry{20, {"IQ4_NL", 32, 18}}, TypeEntry{30, {"BF16", 1, 2}},
};

// Types of the GGUF world that fathom does not compute: only their names, for messages.
struct ForeignType {
  uint32_t id;
  const char* name;
};
constexpr std::array kForeignTypes = {
    ForeignType{4, "Q4_2 (removed from GGUF)"},
    ForeignType{5, "Q4_3 (removed from GGUF)"},
    ForeignType{9, "Q8_1"},
    ForeignType{10, "Q2_K"},
    ForeignType{11, "Q3_K"},
    ForeignType{15, "Q8_K"},
    ForeignType{16, "IQ2_XXS"},
    ForeignType{17, "IQ2_XS"},
    ForeignType{18, "IQ3_XXS"},
    ForeignType{19, "IQ1_S"},
    ForeignType{21, "IQ3_S"},
    ForeignType{22, "IQ2_S"},
    ForeignType{23, "IQ4_XS"},
    ForeignType{24, "I8"},
    ForeignType{25, "I16"},
    ForeignType{26, "I32"},
    ForeignType{27, "I64"},
    ForeignType{28, "F64"},
    ForeignType{29, "IQ1_M"},
    ForeignType{31, "Q4_0_4_4 (removed from GGUF)"},
    ForeignType{32, "Q4_0_4_8 (removed from GGUF)"},
    ForeignType{33, "Q4_0_8_8 (removed from GGUF)"},
    ForeignType{34, "TQ1_0"},
    ForeignType{35, "TQ2_0"},
    ForeignType{36, "IQ4_NL_4_4 (removed from GGUF)"},
    ForeignType{37, "IQ4_NL_4_8 (removed from GGUF)"},
    ForeignType{38, "IQ4_NL_8_8 (removed from GGUF)"},
    ForeignType{39, "MXFP4"},
    ForeignType{40, "NVFP4"},
};

uint16_t LoadU16(const uint8_t* bytes) { return static_cast<uint16_t>(bytes[0] | (bytes[1] << 8)); }

float LoadHalf(const uint8_t* bytes) { return HalfToFloat(LoadU16(bytes)); }

float LoadFloat(const uint8_t* bytes) {
  static_assert(std::endian::native == std::endian::little);
  float value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

float LoadBfloat(const uint8_t* bytes) {
  return std::bit_cast<float>(static_cast<uint32_t>(LoadU16(bytes)) << 16);
}

// Formats with codes: taken apart block by block, put together as scale * q + min.
void DequantizeCodes(TensorType type, const CodeLayout& layout, const QuantFormat& format,
                     std::span<const uint8_t> blocks, std::span<float> out) {
  int8_t q[256];
  float scales[16], mins[16] = {};
  const size_t weights = format.block_weights, groups = weights / layout.group;
  for (size_t b = 0; b < out.size() / weights; ++b) {
    DecodeCodes(type, blocks.subspan(b * format.block_bytes, format.block_bytes), {q, weights},
                {scales, groups}, {mins, layout.has_mins ? groups : 0});
    for (size_t i = 0; i < weights; ++i) {
      const size_t g = i / layout.group;
      out[b * weights + i] = scales[g] * static_cast<float>(q[i]) + mins[g];
    }
  }
}

template <typename Block>
void ForEachBlock(const QuantFormat& format, std::span<const uint8_t> blocks, std::span<float> out,
                  Block block) {
  const size_t count = blocks.size() / format.block_bytes;
  for (size_t b = 0; b < count; ++b) {
    block(blocks.data() + b * format.block_bytes, out.data() + b * format.block_weights);
  }
}

// Where the f16 scales of a block stand; a plain type is its own scale.
struct ScaleOffsets {
  int count;
  int offset[2];
};

ScaleOffsets HalfScalesOf(TensorType type) {
  switch (type) {
    case TensorType::kQ4_1:
    case TensorType::kQ5_1:
    case TensorType::kQ4_K:
    case TensorType::kQ5_K: return {2, {0, 2}};
    case TensorType::kQ6_K: return {1, {208, 0}};
    default: return {1, {0, 0}};
  }
}

// An IEEE number with all exponent bits set is infinite or NaN.
bool IsFiniteHalf(uint16_t half) { return (half & 0x7C00) != 0x7C00; }

// Is there no number with all bits of `exponent` set?
template <typename T>
bool NoneHas(T exponent, std::span<const uint8_t> numbers) {
  bool found = false;
  for (size_t at = 0; at < numbers.size(); at += sizeof(T)) {
    T bits;
    std::memcpy(&bits, &numbers[at], sizeof(T));
    found |= (bits & exponent) == exponent;
  }
  return !found;
}

// The answer for whole tensors of plain numbers at once: gigabytes of them are read at load.
bool AreFiniteNumbers(TensorType type, std::span<const uint8_t> blocks) {
  switch (type) {
    case TensorType::kF32: return NoneHas<uint32_t>(0x7F800000, blocks);
    case TensorType::kF16: return NoneHas<uint16_t>(0x7C00, blocks);
    case TensorType::kBF16: return NoneHas<uint16_t>(0x7F80, blocks);
    default: return false;
  }
}

bool IsFiniteBlock(TensorType type, const uint8_t* block) {
  if (type == TensorType::kF32) return std::isfinite(LoadFloat(block));
  if (type == TensorType::kBF16) return (LoadU16(block) & 0x7F80) != 0x7F80;
  const ScaleOffsets scales = HalfScalesOf(type);
  for (int i = 0; i < scales.count; ++i) {
    if (!IsFiniteHalf(LoadU16(block + scales.offset[i]))) return false;
  }
  return true;
}

}  // namespace

const QuantFormat* FindQuantFormat(uint32_t type) {
  for (const TypeEntry& entry : kTypes) {
    if (entry.id == type) return &entry.format;
  }
  return nullptr;
}

const QuantFormat& FormatOf(TensorType type) {
  const QuantFormat* format = FindQuantFormat(static_cast<uint32_t>(type));
  FATHOM_ASSERT(format != nullptr);
  return *format;
}

std::string TensorTypeName(uint32_t type) {
  if (const QuantFormat* format = FindQuantFormat(type)) return format->name;
  for (const ForeignType& foreign : kForeignTypes) {
    if (foreign.id == type) return foreign.name;
  }
  return "type " + std::to_string(type);
}

std::string KnownTensorTypes() {
  std::string list;
  for (const TypeEntry& entry : kTypes) {
    if (!list.empty()) list += ", ";
    list += entry.format.name;
  }
  return list;
}

SubBlockScale UnpackSubBlockScale(const uint8_t packed[12], int sub) {
  // Sub-blocks 0..3: the low 6 bits of bytes 0..3 (scales) and 4..7 (mins). Sub-blocks 4..7: low
  // four bits in the nibbles of bytes 8..11, upper two in the top bits of bytes 0..3 and 4..7.
  if (sub < 4) {
    return {static_cast<uint8_t>(packed[sub] & 63), static_cast<uint8_t>(packed[sub + 4] & 63)};
  }
  const uint8_t low = packed[sub + 4];
  return {static_cast<uint8_t>((low & 15) | (packed[sub - 4] >> 6) << 4),
          static_cast<uint8_t>((low >> 4) | (packed[sub] >> 6) << 4)};
}

void Dequantize(TensorType type, std::span<const uint8_t> blocks, std::span<float> out) {
  const QuantFormat& format = FormatOf(type);
  FATHOM_ASSERT(out.size() % format.block_weights == 0);
  FATHOM_ASSERT(blocks.size() == out.size() / format.block_weights * format.block_bytes);
  if (const std::optional<CodeLayout> layout = CodeLayoutOf(type)) {
    return DequantizeCodes(type, *layout, format, blocks, out);
  }
  switch (type) {
    case TensorType::kF32:
      ForEachBlock(format, blocks, out, [](const uint8_t* in, float* v) { *v = LoadFloat(in); });
      return;
    case TensorType::kF16:
      ForEachBlock(format, blocks, out, [](const uint8_t* in, float* v) { *v = LoadHalf(in); });
      return;
    case TensorType::kBF16:
      ForEachBlock(format, blocks, out, [](const uint8_t* in, float* v) { *v = LoadBfloat(in); });
      return;
    default: FATHOM_ASSERT(false);
  }
}

Status CheckFinite(TensorType type, std::span<const uint8_t> blocks, std::string_view tensor_name,
                   int64_t first_block) {
  const QuantFormat& format = FormatOf(type);
  FATHOM_ASSERT(blocks.size() % format.block_bytes == 0);
  if (AreFiniteNumbers(type, blocks)) return {};
  const size_t count = blocks.size() / format.block_bytes;
  for (size_t b = 0; b < count; ++b) {
    if (IsFiniteBlock(type, blocks.data() + b * format.block_bytes)) continue;
    const std::string what = format.block_weights == 1 ? "weight " : "the scale of block ";
    return Error{ErrorCode::kCorrupt,
                 "tensor " + std::string(tensor_name) + " (" + format.name + "): " + what +
                     std::to_string(first_block + static_cast<int64_t>(b)) +
                     " is not a finite number; the file is damaged or was converted wrongly: "
                     "download it again or use another conversion"};
  }
  return {};
}

}  // namespace fathom
