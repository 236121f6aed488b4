// Goal: every block format gives exactly the values its definition says.
// Method: hand-made blocks with known values; half precision against double arithmetic.
#include "model/quant.h"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace fathom {
namespace {

using ::testing::HasSubstr;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

void PutHalf(std::vector<uint8_t>* block, size_t at, float value) {
  const uint16_t half = FloatToHalf(value);
  (*block)[at] = static_cast<uint8_t>(half);
  (*block)[at + 1] = static_cast<uint8_t>(half >> 8);
}

std::vector<float> Values(TensorType type, const std::vector<uint8_t>& blocks) {
  const QuantFormat& format = FormatOf(type);
  std::vector<float> out(blocks.size() / format.block_bytes * format.block_weights);
  Dequantize(type, blocks, out);
  return out;
}

std::vector<uint8_t> EmptyBlock(TensorType type) {
  return std::vector<uint8_t>(FormatOf(type).block_bytes);
}

TEST(Quant, NamesAndSizes) {
  EXPECT_STREQ(FindQuantFormat(12)->name, "Q4_K");
  EXPECT_EQ(FindQuantFormat(14)->block_bytes, 210);
  EXPECT_EQ(FindQuantFormat(11), nullptr);
  EXPECT_EQ(TensorTypeName(11), "Q3_K");
  EXPECT_EQ(TensorTypeName(1000), "type 1000");
  EXPECT_EQ(KnownTensorTypes(),
            "F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, IQ4_NL, BF16");
}

TEST(Quant, PlainTypes) {
  const float value = -1.375F;
  std::vector<uint8_t> f32(4);
  std::memcpy(f32.data(), &value, 4);
  EXPECT_EQ(Values(TensorType::kF32, f32)[0], value);
  EXPECT_EQ(Values(TensorType::kBF16, {f32[2], f32[3]})[0], value);
  std::vector<uint8_t> f16(2);
  PutHalf(&f16, 0, value);
  EXPECT_EQ(Values(TensorType::kF16, f16)[0], value);
}

// Byte i holds low nibble i and high nibble 15 - i: weight i is i, weight 16 + i is 15 - i.
void PutRamp(std::vector<uint8_t>* block, size_t at) {
  for (int i = 0; i < 16; ++i) (*block)[at + i] = static_cast<uint8_t>(i | (15 - i) << 4);
}

TEST(Quant, FourBitBlocks) {
  std::vector<uint8_t> block = EmptyBlock(TensorType::kQ4_0);
  PutHalf(&block, 0, 0.5F);
  PutRamp(&block, 2);
  std::vector<float> values = Values(TensorType::kQ4_0, block);
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(values[i], 0.5F * static_cast<float>(i - 8));
    EXPECT_EQ(values[16 + i], 0.5F * static_cast<float>(15 - i - 8));
  }
  values = Values(TensorType::kIQ4_NL, block);
  EXPECT_EQ(values[0], 0.5F * -127);
  EXPECT_EQ(values[8], 0.5F * 1);
  EXPECT_EQ(values[16], 0.5F * 113);

  block = EmptyBlock(TensorType::kQ4_1);
  PutHalf(&block, 0, 0.5F);
  PutHalf(&block, 2, -3.25F);
  PutRamp(&block, 4);
  values = Values(TensorType::kQ4_1, block);
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(values[i], 0.5F * static_cast<float>(i) - 3.25F);
    EXPECT_EQ(values[16 + i], 0.5F * static_cast<float>(15 - i) - 3.25F);
  }
}

TEST(Quant, FiveBitBlocks) {
  std::vector<uint8_t> block = EmptyBlock(TensorType::kQ5_0);
  PutHalf(&block, 0, 2.0F);
  block[2] = 0x01;  // fifth bit of weight 0
  block[5] = 0x80;  // and of weight 31
  PutRamp(&block, 6);
  std::vector<float> values = Values(TensorType::kQ5_0, block);
  EXPECT_EQ(values[0], 2.0F * (16 + 0 - 16));
  EXPECT_EQ(values[1], 2.0F * (1 - 16));
  EXPECT_EQ(values[30], 2.0F * (1 - 16));
  EXPECT_EQ(values[31], 2.0F * (16 + 0 - 16));

  block = EmptyBlock(TensorType::kQ5_1);
  PutHalf(&block, 0, 2.0F);
  PutHalf(&block, 2, 1.0F);
  block[5] = 0x01;  // fifth bit of weight 8
  PutRamp(&block, 8);
  values = Values(TensorType::kQ5_1, block);
  EXPECT_EQ(values[7], 2.0F * 7 + 1);
  EXPECT_EQ(values[8], 2.0F * (16 + 8) + 1);
}

TEST(Quant, EightBitBlock) {
  std::vector<uint8_t> block = EmptyBlock(TensorType::kQ8_0);
  PutHalf(&block, 0, 0.25F);
  block[2] = 0x80;
  block[33] = 127;
  const std::vector<float> values = Values(TensorType::kQ8_0, block);
  EXPECT_EQ(values[0], -32.0F);
  EXPECT_EQ(values[31], 31.75F);
}

// The sixteen 6-bit numbers of Q4_K and Q5_K, packed by the definition: scale j = j + 40,
// min j = 20 - j, so that low four and upper two bits both matter.
void PutSubBlockScales(std::vector<uint8_t>* block) {
  uint8_t* packed = block->data() + 4;
  for (int j = 0; j < 4; ++j) {
    const int scale = j + 40, min = 20 - j, high_scale = j + 4 + 40, high_min = 20 - (j + 4);
    packed[j] = static_cast<uint8_t>(scale | (high_scale >> 4) << 6);
    packed[j + 4] = static_cast<uint8_t>(min | (high_min >> 4) << 6);
    packed[j + 8] = static_cast<uint8_t>((high_scale & 15) | (high_min & 15) << 4);
  }
}

TEST(Quant, FourBitSuperBlock) {
  std::vector<uint8_t> block = EmptyBlock(TensorType::kQ4_K);
  PutHalf(&block, 0, 0.5F);
  PutHalf(&block, 2, 0.125F);
  PutSubBlockScales(&block);
  for (int i = 0; i < 128; ++i) block[16 + i] = static_cast<uint8_t>(i % 16 | (i / 32 + 3) << 4);
  const std::vector<float> values = Values(TensorType::kQ4_K, block);
  for (int w = 0; w < 256; ++w) {
    const int sub = w / 32;
    const int q = sub % 2 == 0 ? w % 16 : sub / 2 + 3;
    EXPECT_EQ(values[w],
              0.5F * static_cast<float>((sub + 40) * q) - 0.125F * static_cast<float>(20 - sub))
        << w;
  }
}

TEST(Quant, FiveBitSuperBlock) {
  std::vector<uint8_t> block = EmptyBlock(TensorType::kQ5_K);
  PutHalf(&block, 0, 0.5F);
  PutHalf(&block, 2, 0.125F);
  PutSubBlockScales(&block);
  for (int l = 0; l < 32; ++l) block[16 + l] = static_cast<uint8_t>(1 << l % 8);
  for (int i = 0; i < 128; ++i) block[48 + i] = static_cast<uint8_t>(i % 16 | (i / 32 + 3) << 4);
  const std::vector<float> values = Values(TensorType::kQ5_K, block);
  for (int w = 0; w < 256; ++w) {
    const int sub = w / 32;
    const int q = (sub % 2 == 0 ? w % 16 : sub / 2 + 3) + (w % 8 == sub ? 16 : 0);
    EXPECT_EQ(values[w],
              0.5F * static_cast<float>((sub + 40) * q) - 0.125F * static_cast<float>(20 - sub))
        << w;
  }
}

// Written the other way round than the reader: for each weight, where its bits go.
TEST(Quant, SixBitSuperBlock) {
  std::vector<uint8_t> block = EmptyBlock(TensorType::kQ6_K);
  PutHalf(&block, 208, 0.5F);
  const auto q_of = [](int w) { return (w * 37 + w / 64) % 64; };
  const auto scale_of = [](int group) { return group * 15 - 120; };
  for (int w = 0; w < 256; ++w) {
    const int half = w / 128, quarter = w % 128 / 32, l = w % 32;
    block[half * 64 + quarter % 2 * 32 + l] |= (q_of(w) & 15) << (quarter < 2 ? 0 : 4);
    block[128 + half * 32 + l] |= q_of(w) >> 4 << 2 * quarter;
  }
  for (int group = 0; group < 16; ++group) {
    block[192 + group] = static_cast<uint8_t>(scale_of(group));
  }
  const std::vector<float> values = Values(TensorType::kQ6_K, block);
  for (int w = 0; w < 256; ++w) {
    EXPECT_EQ(values[w], 0.5F * static_cast<float>(scale_of(w / 16) * (q_of(w) - 32))) << w;
  }
}

TEST(Quant, SeveralBlocksFollowEachOther) {
  std::vector<uint8_t> blocks(2 * 34);
  PutHalf(&blocks, 0, 1.0F);
  PutHalf(&blocks, 34, 2.0F);
  blocks[2] = 1;
  blocks[36] = 1;
  const std::vector<float> values = Values(TensorType::kQ8_0, blocks);
  ASSERT_EQ(values.size(), 64);
  EXPECT_EQ(values[0], 1.0F);
  EXPECT_EQ(values[32], 2.0F);
}

TEST(Quant, ScalesThatAreNotFiniteAreFound) {
  struct Case {
    TensorType type;
    std::vector<size_t> scales;  // where a scale stands in the block
  };
  const std::vector<Case> cases = {{TensorType::kF16, {0}},     {TensorType::kQ4_0, {0}},
                                   {TensorType::kQ4_1, {0, 2}}, {TensorType::kQ5_0, {0}},
                                   {TensorType::kQ5_1, {0, 2}}, {TensorType::kQ8_0, {0}},
                                   {TensorType::kQ4_K, {0, 2}}, {TensorType::kQ5_K, {0, 2}},
                                   {TensorType::kQ6_K, {208}},  {TensorType::kIQ4_NL, {0}}};
  for (const Case& c : cases) {
    const size_t bytes = FormatOf(c.type).block_bytes;
    for (const size_t scale : c.scales) {
      for (const float bad : {kInfinity, -kInfinity, std::nanf("")}) {
        std::vector<uint8_t> blocks(3 * bytes, 0x11);
        EXPECT_TRUE(CheckFinite(c.type, blocks, "t").ok());
        PutHalf(&blocks, 2 * bytes + scale, bad);
        const Status status = CheckFinite(c.type, blocks, "blk.0.ffn_up.weight", 100);
        ASSERT_FALSE(status.ok());
        EXPECT_EQ(status.error().code, ErrorCode::kCorrupt);
        EXPECT_THAT(status.error().message, HasSubstr("tensor blk.0.ffn_up.weight"));
        EXPECT_THAT(status.error().message, HasSubstr(" 102 is not a finite number"));
      }
    }
  }
}

TEST(Quant, PlainWeightsThatAreNotFiniteAreFound) {
  std::vector<uint8_t> f32(8);
  std::memcpy(f32.data() + 4, &kInfinity, 4);
  EXPECT_THAT(CheckFinite(TensorType::kF32, f32, "t").error().message,
              HasSubstr("weight 1 is not"));
  EXPECT_FALSE(CheckFinite(TensorType::kBF16, std::vector<uint8_t>{0xC0, 0x7F}, "t").ok());
  EXPECT_TRUE(CheckFinite(TensorType::kBF16, std::vector<uint8_t>{0x7F, 0x7F}, "t").ok());
}

// ---- half precision ----

double ExactHalf(uint16_t half) {
  const int exponent = half >> 10 & 31;
  const double mantissa = half & 1023;
  const double magnitude =
      exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

TEST(Half, EveryValueIsExactAndComesBack) {
  for (uint32_t half = 0; half < 65536; ++half) {
    const float value = HalfToFloat(static_cast<uint16_t>(half));
    if ((half & 0x7C00) == 0x7C00) continue;
    ASSERT_EQ(static_cast<double>(value), ExactHalf(static_cast<uint16_t>(half))) << half;
    ASSERT_EQ(FloatToHalf(value), half);
  }
  EXPECT_EQ(HalfToFloat(0x7C00), kInfinity);
  EXPECT_EQ(HalfToFloat(0xFC00), -kInfinity);
  EXPECT_TRUE(std::isnan(HalfToFloat(0x7E01)));
  EXPECT_EQ(FloatToHalf(-kInfinity), 0xFC00);
  EXPECT_TRUE(std::isnan(HalfToFloat(FloatToHalf(std::nanf("")))));
}

// Between neighbours a < b: just below the middle gives a, just above b, the middle the even one.
TEST(Half, RoundsToNearestEven) {
  for (uint32_t half = 0; half < 0x7BFF; ++half) {
    const float a = HalfToFloat(static_cast<uint16_t>(half));
    const float b = HalfToFloat(static_cast<uint16_t>(half + 1));
    const float middle = (a + b) / 2;  // exact: fp32 has 13 more bits
    ASSERT_EQ(FloatToHalf(middle), half % 2 == 0 ? half : half + 1) << half;
    ASSERT_EQ(FloatToHalf(std::nextafter(middle, 0.0F)), half) << half;
    ASSERT_EQ(FloatToHalf(-std::nextafter(middle, kInfinity)), (half + 1) | 0x8000) << half;
  }
  EXPECT_EQ(FloatToHalf(65519.99F), 0x7BFF);
  EXPECT_EQ(FloatToHalf(65520.0F), 0x7C00);
  EXPECT_EQ(FloatToHalf(1e38F), 0x7C00);
  EXPECT_EQ(FloatToHalf(1e-40F), 0);
}

}  // namespace
}  // namespace fathom
