// Goal: each layer gets the rope and the window that the file declares for it, and no way of
// placing positions that the forward pass does not compute is passed over in silence.
#include "model/layer_positions.h"

#include <gmock/gmock.h>

#include "model/model_config_test_util.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;

GgufBuilder Tiny(const std::string& name) { return TinyModel(TinyArchitecture(name)); }

// A tiny model of that name with one more key.
template <typename T>
GgufBuilder With(const std::string& name, const std::string& key, const T& value) {
  GgufBuilder builder = Tiny(name);
  builder.Set(TinyArchitecture(name).architecture + "." + key, value);
  return builder;
}

std::vector<int64_t> Windows(const ModelConfig& config) {
  std::vector<int64_t> windows;
  for (const LayerPositions& layer : config.positions) windows.push_back(layer.window);
  return windows;
}

TEST(LayerPositions, PlainLlama) {
  const Result<ModelConfig> config = ReadConfig(Tiny("llama"));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_THAT(Windows(*config), ElementsAre(0, 0));
  ASSERT_EQ(config->ropes.size(), 1u);
  EXPECT_EQ(config->ropes[0].dims, 16);
  EXPECT_EQ(config->ropes[0].magnitude, 1);
  EXPECT_TRUE(config->ropes[0].factors.empty());
}

TEST(LayerPositions, GemmaWindowsHaveTheirOwnRope) {
  GgufBuilder builder = With("gemma3", "rope.freq_base_swa", 5000.0F);
  const Result<ModelConfig> config = ReadConfig(builder);
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_THAT(Windows(*config), ElementsAre(5, 0, 5));
  ASSERT_EQ(config->ropes.size(), 2u);
  EXPECT_EQ(config->ropes[config->positions[0].rope].base, 5000);
  EXPECT_EQ(config->ropes[config->positions[1].rope].base, 1e6F);
  builder.Remove("gemma3.rope.freq_base_swa");
  EXPECT_EQ(ReadConfig(builder)->ropes[1].base, 10000);
}

TEST(LayerPositions, GemmaPattern) {
  TinyModelOptions options = TinyArchitecture("gemma3");
  options.layers = 7;
  options.window_pattern = 0;
  GgufBuilder builder = TinyModel(options);
  EXPECT_THAT(Windows(*ReadConfig(builder)), ElementsAre(5, 5, 5, 5, 5, 0, 5));  // every sixth
  const std::string key = "gemma3.attention.sliding_window_pattern";
  builder.Set(key, 1U);
  EXPECT_THAT(Windows(*ReadConfig(builder)), ElementsAre(0, 0, 0, 0, 0, 0, 0));
  builder.SetArray<uint8_t>(key, {1, 1, 0, 1, 0, 1, 1});
  ExpectConfigError(builder, ErrorCode::kCorrupt,
                    "sliding_window_pattern has the type array of u8");
  // bool as GGUF writes it: type 7, a byte each
  builder.SetRaw(key, 9, RawBytes(7U) + RawBytes(uint64_t{7}) + std::string("\1\1\0\1\0\1\1", 7));
  EXPECT_THAT(Windows(*ReadConfig(builder)), ElementsAre(5, 5, 0, 5, 0, 5, 5));
  builder.SetRaw(key, 9, RawBytes(7U) + RawBytes(uint64_t{2}) + std::string("\1\1", 2));
  ExpectConfigError(builder, ErrorCode::kCorrupt, "2 entries for 7 layers");
  builder.Set(key, 0U);
  ExpectConfigError(builder, ErrorCode::kCorrupt, "sliding_window_pattern is 0");
  builder.Remove(key).Remove("gemma3.attention.sliding_window");
  EXPECT_THAT(Windows(*ReadConfig(builder)), ElementsAre(0, 0, 0, 0, 0, 0, 0));
}

TEST(LayerPositions, WindowsOfOtherArchitectures) {
  EXPECT_THAT(Windows(*ReadConfig(With("phi3", "attention.sliding_window", 7U))),
              ElementsAre(7, 7));
  for (const char* name : {"llama", "qwen2", "qwen3"}) {
    ExpectConfigError(With(name, "attention.sliding_window", 512U), ErrorCode::kUnsupported,
                      std::string(name) + ".attention.sliding_window");
    EXPECT_TRUE(ReadConfig(With(name, "attention.sliding_window", 0U)).ok());
  }
}

TEST(LayerPositions, PartOfAHeadTurns) {
  EXPECT_EQ(ReadConfig(With("llama", "rope.dimension_count", 8U))->ropes[0].dims, 8);
  ExpectConfigError(With("llama", "rope.dimension_count", 7U), ErrorCode::kCorrupt, "must be even");
  ExpectConfigError(With("llama", "rope.dimension_count", 18U), ErrorCode::kCorrupt,
                    "rope.dimension_count is 18, allowed are 2 to 16");
}

TEST(LayerPositions, FactorsOfLlama3) {
  GgufBuilder builder = Tiny("llama3");
  EXPECT_THAT(ReadConfig(builder)->ropes[0].factors, ElementsAre(1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5));
  for (const float bad : {0.0F, -1.0F, std::nanf(""), HUGE_VALF}) {
    builder.Tensor("rope_freqs.weight").data.replace(4, 4, RawBytes(bad));
    ExpectConfigError(builder, ErrorCode::kCorrupt,
                      "rope_freqs.weight holds a factor that is not a");
  }
  builder.Tensor("rope_freqs.weight").dims[0] = 4;
  ExpectConfigError(builder, ErrorCode::kCorrupt, "rope_freqs.weight must be 8 plain floats");
}

TEST(LayerPositions, PhiChoosesFactorsByContextLength) {
  GgufBuilder builder = Tiny("phi3");
  const Result<ModelConfig> longer = ReadConfig(builder);
  ASSERT_TRUE(longer.ok()) << longer.error().message;
  EXPECT_EQ(longer->ropes[0].dims, 12);
  EXPECT_EQ(longer->ropes[0].magnitude, 1.25F);
  EXPECT_THAT(longer->ropes[0].factors, ElementsAre(1, 1.5, 2, 2.5, 3, 3.5));
  builder.Set("phi3.rope.scaling.original_context_length", 256U);  // of 256
  EXPECT_THAT(ReadConfig(builder)->ropes[0].factors, ElementsAre(1, 1.25, 1.5, 1.75, 2, 2.25));
  builder.Set("phi3.rope.scaling.type", "longrope");
  EXPECT_TRUE(ReadConfig(builder).ok());
  builder.Remove("phi3.rope.scaling.original_context_length");
  ExpectConfigError(builder, ErrorCode::kCorrupt, "original_context_length is missing");
  builder.RemoveTensor("rope_factors_long.weight").RemoveTensor("rope_factors_short.weight");
  EXPECT_TRUE(ReadConfig(builder)->ropes[0].factors.empty());
}

TEST(LayerPositions, ScalingThatIsNotComputedIsNamed) {
  const auto refused = [](const GgufBuilder& builder, const std::string& words) {
    ExpectConfigError(builder, ErrorCode::kUnsupported, words);
  };
  refused(With("llama", "rope.scaling.type", std::string("yarn")), "rope scaling 'yarn'");
  refused(With("llama", "rope.scaling.type", std::string("longrope")), "rope scaling 'longrope'");
  refused(With("phi3", "rope.scaling.type", std::string("yarn")), "rope scaling 'yarn'");
  refused(With("llama", "rope.scaling.factor", 4.0F), "llama.rope.scaling.factor");
  refused(With("gemma3", "rope.scaling.factor", 8.0F), "gemma3.rope.scaling.factor");
  refused(With("llama", "rope.scale_linear", 2.0F), "llama.rope.scale_linear");
  refused(With("llama", "rope.scaling.attn_factor", 1.2F), "llama.rope.scaling.attn_factor");
  EXPECT_TRUE(ReadConfig(With("llama", "rope.scaling.type", std::string("none"))).ok());
  EXPECT_TRUE(ReadConfig(With("llama", "rope.scaling.factor", 1.0F)).ok());
}

}  // namespace
}  // namespace fathom
