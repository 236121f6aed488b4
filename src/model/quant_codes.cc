#include "model/quant_codes.h"

#include <cstring>

#include "base/assert.h"
#include "base/half.h"

namespace fathom {
namespace {

float LoadHalf(const uint8_t* bytes) {
  return HalfToFloat(static_cast<uint16_t>(bytes[0] | (bytes[1] << 8)));
}

// Where one block's codes go.
struct BlockOut {
  int8_t* q;
  float* scales;
  float* mins;
};

// In the 32-weight formats the low nibble of byte i is weight i, its high nibble weight i + 16.
void Nibbles(const uint8_t* qs, int8_t* q) {
  for (int i = 0; i < 16; ++i) {
    q[i] = static_cast<int8_t>(qs[i] & 15);
    q[i + 16] = static_cast<int8_t>(qs[i] >> 4);
  }
}

// Adds the fifth bits (bit i of the 32-bit word belongs to weight i) and an offset.
void AddFifthBits(const uint8_t* qh, int offset, int8_t* q) {
  uint32_t high;
  std::memcpy(&high, qh, 4);
  for (int i = 0; i < 32; ++i) {
    q[i] = static_cast<int8_t>(q[i] + static_cast<int>(high >> i & 1) * 16 + offset);
  }
}

void Q4_0(const uint8_t* in, BlockOut out) {  // f16 d; u8 qs[16]; value d * (q - 8)
  Nibbles(in + 2, out.q);
  for (int i = 0; i < 32; ++i) out.q[i] = static_cast<int8_t>(out.q[i] - 8);
  out.scales[0] = LoadHalf(in);
}

void Q4_1(const uint8_t* in, BlockOut out) {  // f16 d; f16 m; u8 qs[16]; value d * q + m
  Nibbles(in + 4, out.q);
  out.scales[0] = LoadHalf(in);
  out.mins[0] = LoadHalf(in + 2);
}

void Q5_0(const uint8_t* in, BlockOut out) {  // f16 d; u8 qh[4]; u8 qs[16]; value d * (q - 16)
  Nibbles(in + 6, out.q);
  AddFifthBits(in + 2, -16, out.q);
  out.scales[0] = LoadHalf(in);
}

void Q5_1(const uint8_t* in, BlockOut out) {  // f16 d; f16 m; u8 qh[4]; u8 qs[16]; d * q + m
  Nibbles(in + 8, out.q);
  AddFifthBits(in + 4, 0, out.q);
  out.scales[0] = LoadHalf(in);
  out.mins[0] = LoadHalf(in + 2);
}

void Q8_0(const uint8_t* in, BlockOut out) {  // f16 d; i8 qs[32]
  std::memcpy(out.q, in + 2, 32);
  out.scales[0] = LoadHalf(in);
}

void IQ4_NL(const uint8_t* in, BlockOut out) {  // f16 d; u8 qs[16]; value d * table[q]
  Nibbles(in + 2, out.q);
  for (int i = 0; i < 32; ++i) out.q[i] = kNonlinearValues[out.q[i]];
  out.scales[0] = LoadHalf(in);
}

// Q4_K: f16 d; f16 dmin; u8 scales[12]; u8 qs[128].
// Q5_K: f16 d; f16 dmin; u8 scales[12]; u8 qh[32]; u8 qs[128].
// 32 bytes of qs hold two sub-blocks: the low nibbles the first, the high nibbles the second. The
// fifth bit of weight l of sub-block j is bit j of qh[l] (`high` null: there is none).
void K45(const uint8_t* in, const uint8_t* high, const uint8_t* qs, BlockOut out) {
  const float d = LoadHalf(in), dmin = LoadHalf(in + 2);
  for (int sub = 0; sub < 8; ++sub) {
    const SubBlockScale s = UnpackSubBlockScale(in + 4, sub);
    out.scales[sub] = d * static_cast<float>(s.scale);
    out.mins[sub] = -dmin * static_cast<float>(s.min);
  }
  for (int pair = 0; pair < 4; ++pair) {
    for (int l = 0; l < 32; ++l) {
      out.q[pair * 64 + l] = static_cast<int8_t>(qs[pair * 32 + l] & 15);
      out.q[pair * 64 + 32 + l] = static_cast<int8_t>(qs[pair * 32 + l] >> 4);
    }
  }
  if (high == nullptr) return;
  for (int sub = 0; sub < 8; ++sub) {
    for (int l = 0; l < 32; ++l) {
      out.q[sub * 32 + l] = static_cast<int8_t>(out.q[sub * 32 + l] | (high[l] >> sub & 1) << 4);
    }
  }
}

void Q4_K(const uint8_t* in, BlockOut out) { K45(in, nullptr, in + 16, out); }
void Q5_K(const uint8_t* in, BlockOut out) { K45(in, in + 16, in + 48, out); }

// u8 ql[128]; u8 qh[64]; i8 scales[16]; f16 d. Two halves of 128 weights (64 ql, 32 qh, 8 scales);
// within a half, quarter t (32 weights): low bits from ql[l + 32 * (t % 2)], low nibble for t < 2,
// else high; upper two bits are bits 2t, 2t+1 of qh[l]; a scale covers 16 weights.
void Q6_K(const uint8_t* in, BlockOut out) {
  const float d = LoadHalf(in + 208);
  for (int g = 0; g < 16; ++g) {
    out.scales[g] = d * static_cast<float>(static_cast<int8_t>(in[192 + g]));
  }
  for (int quarter = 0; quarter < 8; ++quarter) {
    const int half = quarter / 4, t = quarter % 4;
    const uint8_t* ql = in + half * 64 + 32 * (t % 2);
    const uint8_t* qh = in + 128 + half * 32;
    const int low_shift = t < 2 ? 0 : 4;
    int8_t* q = out.q + quarter * 32;
    for (int l = 0; l < 32; ++l) {
      q[l] = static_cast<int8_t>(((ql[l] >> low_shift & 15) | (qh[l] >> (2 * t) & 3) << 4) - 32);
    }
  }
}

using DecodeBlock = void (*)(const uint8_t* in, BlockOut out);

struct Codec {
  CodeLayout layout;
  DecodeBlock decode;
};

std::optional<Codec> FindCodec(TensorType type) {
  switch (type) {
    case TensorType::kQ4_0: return Codec{{PanelKind::kNibble, 32, false}, Q4_0};
    case TensorType::kQ4_1: return Codec{{PanelKind::kNibble, 32, true}, Q4_1};
    case TensorType::kQ5_0: return Codec{{PanelKind::kFive, 32, false}, Q5_0};
    case TensorType::kQ5_1: return Codec{{PanelKind::kFive, 32, true}, Q5_1};
    case TensorType::kQ8_0: return Codec{{PanelKind::kByte, 32, false}, Q8_0};
    case TensorType::kQ4_K: return Codec{{PanelKind::kNibble, 32, true}, Q4_K};
    case TensorType::kQ5_K: return Codec{{PanelKind::kFive, 32, true}, Q5_K};
    case TensorType::kQ6_K: return Codec{{PanelKind::kSix, 16, false}, Q6_K};
    case TensorType::kIQ4_NL: return Codec{{PanelKind::kNonlinear, 32, false}, IQ4_NL};
    case TensorType::kF32:
    case TensorType::kF16:
    case TensorType::kBF16: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<CodeLayout> CodeLayoutOf(TensorType type) {
  const std::optional<Codec> codec = FindCodec(type);
  if (!codec) return std::nullopt;
  return codec->layout;
}

void DecodeCodes(TensorType type, std::span<const uint8_t> blocks, std::span<int8_t> q,
                 std::span<float> scales, std::span<float> mins) {
  const std::optional<Codec> codec = FindCodec(type);
  FATHOM_ASSERT(codec);
  const QuantFormat& format = FormatOf(type);
  const size_t count = blocks.size() / format.block_bytes;
  const size_t groups = format.block_weights / codec->layout.group;
  FATHOM_ASSERT(q.size() == count * format.block_weights && scales.size() == count * groups);
  FATHOM_ASSERT(mins.size() == (codec->layout.has_mins ? scales.size() : 0));
  for (size_t b = 0; b < count; ++b) {
    codec->decode(blocks.data() + b * format.block_bytes,
                  {q.data() + b * format.block_weights, scales.data() + b * groups,
                   mins.empty() ? nullptr : mins.data() + b * groups});
  }
}

}  // namespace fathom
