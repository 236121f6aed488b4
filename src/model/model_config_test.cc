// Goal: hyperparameters are read as declared, and none that the forward pass could not honour is
// passed over in silence.
#include "model/model_config.h"

#include <gmock/gmock.h>

#include "model/model_config_test_util.h"
#include "model/test_paths.h"

namespace fathom {
namespace {

GgufBuilder Tiny(const char* architecture) { return TinyModel(TinyArchitecture(architecture)); }

void ExpectCorrupt(const GgufBuilder& builder, const std::string& words) {
  ExpectConfigError(builder, ErrorCode::kCorrupt, words);
}

void ExpectUnsupported(const GgufBuilder& builder, const std::string& words) {
  ExpectConfigError(builder, ErrorCode::kUnsupported, words);
}

TEST(ModelConfig, ReadsQwen2) {
  const Result<ModelConfig> config = ReadConfig(Tiny("qwen2"));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->architecture, "qwen2");
  EXPECT_EQ(config->layers, 2);
  EXPECT_EQ(config->d_model, 64);
  EXPECT_EQ(config->d_ffn, 96);
  EXPECT_EQ(config->heads, 4);
  EXPECT_EQ(config->kv_heads, 2);
  EXPECT_EQ(config->head_dim, 16);
  EXPECT_EQ(config->context_tokens, 256);
  EXPECT_EQ(config->vocabulary, 266);
  EXPECT_EQ(config->rms_epsilon, 1e-6F);
  ASSERT_EQ(config->ropes.size(), 1u);
  EXPECT_EQ(config->ropes[0].base, 10000);
  EXPECT_EQ(config->ropes[0].kind, RopeKind::kHalfSplit);
  EXPECT_TRUE(config->tied_output);
  EXPECT_TRUE(config->parts.qkv_bias);
}

TEST(ModelConfig, ReadsLlama) {
  TinyModelOptions options;
  options.architecture = "llama";
  options.tied_output = false;
  GgufBuilder builder = TinyModel(options);
  builder.Remove("llama.rope.freq_base").Remove("llama.attention.head_count_kv");
  for (RawTensor& tensor : builder.tensors) {  // without head_count_kv: as many as heads
    if (tensor.name.ends_with("attn_k.weight") || tensor.name.ends_with("attn_v.weight")) {
      tensor.dims[1] = 64;
      tensor.data += tensor.data;
    }
  }
  const Result<ModelConfig> config = ReadConfig(builder);
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->ropes[0].kind, RopeKind::kAdjacentPairs);
  EXPECT_EQ(config->ropes[0].base, 10000);
  EXPECT_EQ(config->kv_heads, 4);
  EXPECT_FALSE(config->tied_output);
}

TEST(ModelConfig, ReadsGemma3) {
  const Result<ModelConfig> config = ReadConfig(Tiny("gemma3"));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->head_dim, 32);
  EXPECT_EQ(config->embedding_scale, 8);  // sqrt(64)
  EXPECT_TRUE(config->parts.head_norms);
  EXPECT_TRUE(config->parts.post_norms);
  EXPECT_FALSE(config->parts.qkv_bias);
  EXPECT_EQ(config->parts.activation, Activation::kGeluTanh);
}

TEST(ModelConfig, ReadsQwen3AndPhi3) {
  const Result<ModelConfig> qwen3 = ReadConfig(Tiny("qwen3")), phi3 = ReadConfig(Tiny("phi3"));
  ASSERT_TRUE(qwen3.ok()) << qwen3.error().message;
  EXPECT_EQ(qwen3->head_dim, 32);
  EXPECT_TRUE(qwen3->parts.head_norms);
  EXPECT_FALSE(qwen3->parts.post_norms);
  ASSERT_TRUE(phi3.ok()) << phi3.error().message;
  EXPECT_TRUE(phi3->parts.fused);
  EXPECT_EQ(phi3->parts.activation, Activation::kSilu);
  EXPECT_EQ(phi3->embedding_scale, 1);
}

TEST(ModelConfig, EveryQuantisedTypeIsAccepted) {
  for (const TensorType type :
       {TensorType::kF16, TensorType::kQ4_0, TensorType::kQ4_1, TensorType::kQ5_0,
        TensorType::kQ5_1, TensorType::kQ8_0, TensorType::kQ4_K, TensorType::kQ5_K,
        TensorType::kQ6_K, TensorType::kIQ4_NL, TensorType::kBF16}) {
    TinyModelOptions options;
    options.type = type;
    options.d_model = 256;
    options.d_ffn = 256;
    EXPECT_TRUE(ReadConfig(TinyModel(options)).ok());
  }
}

TEST(ModelConfig, UnknownArchitectureIsNamed) {
  GgufBuilder builder = Tiny("qwen2");
  builder.Set("general.architecture", "gpt2");
  ExpectUnsupported(builder, "architecture is 'gpt2'; fathom computes llama (Llama, SmolLM2), ");
  builder.Remove("general.architecture");
  ExpectCorrupt(builder, "general.architecture is missing");
}

TEST(ModelConfig, NumbersOutOfRange) {
  struct Case {
    const char* key;
    uint32_t value;
    const char* words;
  };
  const Case cases[] = {
      {"block_count", 0, "block_count is 0, allowed are 1 to 1024"},
      {"block_count", 1025, "block_count is 1025"},
      {"block_count", UINT32_MAX, "block_count is 4294967295"},
      {"embedding_length", 0, "embedding_length is 0"},
      {"embedding_length", 65568, "embedding_length is 65568"},
      {"embedding_length", 72, "not multiples of 32"},
      {"feed_forward_length", 0, "feed_forward_length is 0"},
      {"context_length", 0, "context_length is 0"},
      {"context_length", (1 << 24) + 1, "context_length is 16777217"},
      {"attention.head_count", 0, "head_count is 0"},
      {"attention.head_count", 6, "heads do not divide the width 64"},
      {"attention.head_count", 64, "heads of 1 numbers: must be even"},
      {"attention.head_count_kv", 0, "head_count_kv is 0"},
      {"attention.head_count_kv", 3, "3 key heads do not divide 4 heads"},
      {"attention.head_count_kv", 5, "head_count_kv is 5, allowed are 1 to 4"},
      {"attention.key_length", 513, "key_length is 513"},
      {"vocab_size", 265, "vocab_size is 265, but 266 tokens are listed"},
  };
  for (const Case& c : cases) {
    GgufBuilder builder = Tiny("qwen2");
    builder.Set(std::string("qwen2.") + c.key, c.value);
    ExpectCorrupt(builder, c.words);
  }
}

TEST(ModelConfig, FloatsOutOfRange) {
  for (const float epsilon : {0.0F, 1.0F, -1e-6F, std::nanf(""), HUGE_VALF}) {
    GgufBuilder builder = Tiny("qwen2");
    builder.Set("qwen2.attention.layer_norm_rms_epsilon", epsilon);
    ExpectCorrupt(builder, "layer_norm_rms_epsilon");
  }
  for (const float base : {0.0F, -1.0F, std::nanf(""), HUGE_VALF}) {
    GgufBuilder builder = Tiny("qwen2");
    builder.Set("qwen2.rope.freq_base", base);
    ExpectCorrupt(builder, "rope.freq_base is not a positive number");
  }
}

TEST(ModelConfig, WrongTypesAndMissingKeys) {
  for (const char* key : {"block_count", "embedding_length", "feed_forward_length",
                          "context_length", "attention.head_count"}) {
    GgufBuilder builder = Tiny("qwen2");
    builder.Set(std::string("qwen2.") + key, uint64_t{2});
    ExpectCorrupt(builder, std::string("qwen2.") + key + " has the type u64, expected u32");
    builder.Remove(std::string("qwen2.") + key);
    ExpectCorrupt(builder, std::string("qwen2.") + key + " is missing");
  }
  GgufBuilder builder = Tiny("qwen2");
  builder.Remove("tokenizer.ggml.tokens");
  ExpectCorrupt(builder, "tokenizer.ggml.tokens is missing");
}

TEST(ModelConfig, FeaturesThatAreNotComputedAreNamed) {
  const auto with = [](const std::string& key, const auto& value) {
    GgufBuilder builder = Tiny("llama");
    builder.Set("llama." + key, value);
    return builder;
  };
  ExpectUnsupported(with("expert_count", 8U), "llama.expert_count");
  ExpectUnsupported(with("final_logit_softcapping", 30.0F), "llama.final_logit_softcapping");
  ExpectUnsupported(with("attention.causal", false), "not causal");
  ExpectUnsupported(with("attention.value_length", 32U), "different length");
  EXPECT_TRUE(ReadConfig(with("final_logit_softcapping", 0.0F)).ok());
  EXPECT_TRUE(ReadConfig(with("expert_count", 0U)).ok());
  EXPECT_TRUE(ReadConfig(with("attention.causal", true)).ok());
  GgufBuilder per_layer = Tiny("llama");
  per_layer.Remove("llama.attention.head_count");
  per_layer.SetArray<uint32_t>("llama.attention.head_count", {4, 2});
  ExpectUnsupported(per_layer, "llama.attention.head_count is an array");
}

TEST(ModelConfig, TensorsThatWouldBeSkippedAreRefused) {
  GgufBuilder builder = Tiny("llama");
  builder.tensors.push_back({"blk.1.attn_q.bias", {64}, 0, std::string(256, '\0'), {}});
  ExpectUnsupported(builder, "tensor 'blk.1.attn_q.bias' is not part of the architecture llama");
  builder = Tiny("qwen2");
  builder.tensors.push_back({"blk.2.attn_norm.weight", {64}, 0, std::string(256, '\0'), {}});
  ExpectUnsupported(builder, "'blk.2.attn_norm.weight'");
  builder = Tiny("qwen2");
  builder.tensors.push_back({"rope_freqs.weight", {8}, 0, std::string(32, '\0'), {}});
  ExpectUnsupported(builder, "'rope_freqs.weight'");
}

TEST(ModelConfig, EveryMissingTensorIsNamed) {
  for (const char* architecture : {"llama", "qwen2", "qwen3", "gemma3", "phi3"}) {
    for (const RawTensor& tensor : Tiny(architecture).tensors) {
      GgufBuilder builder = Tiny(architecture);
      builder.RemoveTensor(tensor.name);
      ExpectCorrupt(builder, "tensor " + tensor.name + " is missing");
    }
  }
}

TEST(ModelConfig, EveryWrongShapeIsNamed) {
  for (const char* architecture : {"qwen2", "gemma3", "phi3"}) {
    TinyModelOptions options = TinyArchitecture(architecture);
    options.tied_output = false;
    options.rope_factors = false;  // their shape: layer_positions_test.cc
    for (const RawTensor& tensor : TinyModel(options).tensors) {
      GgufBuilder builder = TinyModel(options);
      builder.Tensor(tensor.name).dims.back() -= 1;  // the data may be longer than needed
      ExpectCorrupt(builder, "tensor " + tensor.name + " has the shape [");
    }
  }
}

TEST(ModelConfig, QuantisedNormsAreRefused) {
  GgufBuilder builder = Tiny("qwen2");
  builder.Tensor("output_norm.weight").type = 8;
  ExpectUnsupported(builder, "output_norm.weight is quantised as Q8_0");
}

TEST(ModelConfig, ReadsARealModel) {
  const std::string path = TestModelPath("smollm2-135m-instruct-q4_1.gguf");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "skipped: there is no " << path;
  const Result<GgufFile> file = GgufFile::Open(path);
  ASSERT_TRUE(file.ok()) << file.error().message;
  const Result<ModelConfig> config = ReadModelConfig(*file);
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->layers, 30);
  EXPECT_EQ(config->d_model, 576);
  EXPECT_EQ(config->vocabulary, 49152);
  EXPECT_EQ(config->ropes[0].base, 100000);
  for (const GgufTensor& tensor : file->tensors()) {
    std::vector<uint8_t> blocks(tensor.bytes);
    ASSERT_TRUE(file->ReadTensor(tensor, 0, blocks).ok());
    EXPECT_TRUE(CheckFinite(tensor.type, blocks, tensor.name).ok()) << tensor.name;
  }
}

}  // namespace
}  // namespace fathom
