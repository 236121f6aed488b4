#include "model/model_config.h"

#include <cmath>

#include "model/architecture.h"
#include "model/config_reader.h"
#include "model/layer_positions.h"
#include "model/model_tensors.h"

namespace fathom {
namespace {

constexpr int64_t kLayersMax = 1024;
constexpr int64_t kWidthMax = 65536;
constexpr int64_t kFfnMax = 1 << 20;
constexpr int64_t kContextMax = 1 << 24;
constexpr int64_t kVocabularyMax = 1 << 24;

bool IsUniform(const GgufArray& array) {
  return std::visit(
      [](const auto& elements) {
        for (size_t i = 1; i < elements.size(); ++i) {
          if (elements[i] != elements[0]) return false;
        }
        return true;
      },
      array);
}

Status CheckPerLayerArrays(const GgufFile& file, const ConfigReader& reader) {
  for (const char* key :
       {"attention.head_count", "attention.head_count_kv", "feed_forward_length"}) {
    const GgufValue* value = reader.Find(key);
    if (value == nullptr || !std::holds_alternative<GgufArray>(*value)) continue;
    const bool uniform = IsUniform(std::get<GgufArray>(*value));
    return file.Unsupported(reader.Key(key) + " is an array (" +
                            (uniform ? "one number per layer" : "layers of different shape") +
                            "); fathom reads models whose layers share one number");
  }
  return {};
}

Status ReadShape(const GgufFile& file, const ConfigReader& reader, ModelConfig* config) {
  FATHOM_RETURN_IF_ERROR(CheckPerLayerArrays(file, reader));
  FATHOM_ASSIGN_OR_RETURN(config->layers, reader.Integer("block_count", 1, kLayersMax));
  FATHOM_ASSIGN_OR_RETURN(config->d_model, reader.Integer("embedding_length", 1, kWidthMax));
  FATHOM_ASSIGN_OR_RETURN(config->d_ffn, reader.Integer("feed_forward_length", 1, kFfnMax));
  FATHOM_ASSIGN_OR_RETURN(config->context_tokens, reader.Integer("context_length", 1, kContextMax));
  FATHOM_ASSIGN_OR_RETURN(config->heads, reader.Integer("attention.head_count", 1, kWidthMax));
  FATHOM_ASSIGN_OR_RETURN(config->kv_heads, reader.IntegerOr("attention.head_count_kv",
                                                             config->heads, 1, config->heads));
  if (config->d_model % 32 != 0 || config->d_ffn % 32 != 0) {
    return file.Corrupt("widths " + std::to_string(config->d_model) + " and " +
                        std::to_string(config->d_ffn) + " are not multiples of 32");
  }
  if (config->heads % config->kv_heads != 0) {
    return file.Corrupt(std::to_string(config->kv_heads) + " key heads do not divide " +
                        std::to_string(config->heads) + " heads");
  }
  const GgufValue* key_length = reader.Find("attention.key_length");
  if (key_length == nullptr && config->d_model % config->heads != 0) {
    return file.Corrupt(std::to_string(config->heads) + " heads do not divide the width " +
                        std::to_string(config->d_model));
  }
  FATHOM_ASSIGN_OR_RETURN(
      config->head_dim,
      reader.IntegerOr("attention.key_length", config->d_model / config->heads, 1, kHeadDimMax));
  if (config->head_dim > kHeadDimMax || config->head_dim % 2 != 0) {
    return file.Corrupt("heads of " + std::to_string(config->head_dim) +
                        " numbers: must be even and at most " + std::to_string(kHeadDimMax));
  }
  return {};
}

bool IsZero(const GgufValue& value) {
  const uint32_t* integer = std::get_if<uint32_t>(&value);
  const float* real = std::get_if<float>(&value);
  return (integer != nullptr && *integer == 0) || (real != nullptr && *real == 0);
}

// Is there a feature whose metadata this build would silently ignore?
Status RefuseFeatures(const GgufFile& file, const ConfigReader& reader, const ModelConfig& config) {
  for (const char* key :
       {"expert_count", "expert_used_count", "attn_logit_softcapping", "final_logit_softcapping",
        "attention.clamp_kqv", "logit_scale", "residual_scale", "embedding_scale",
        "attention.scale", "attention.max_alibi_bias", "pooling_type"}) {
    const GgufValue* value = reader.Find(key);
    if (value == nullptr || IsZero(*value)) continue;
    return file.Unsupported("the model uses " + reader.Key(key) +
                            ", which fathom does not compute");
  }
  if (reader.Find("attention.causal") != nullptr) {
    FATHOM_ASSIGN_OR_RETURN(const bool causal, file.GetBool(reader.Key("attention.causal")));
    if (!causal)
      return file.Unsupported("an embedding model (not causal); fathom needs a chat model");
  }
  FATHOM_ASSIGN_OR_RETURN(
      const int64_t value_length,
      reader.IntegerOr("attention.value_length", config.head_dim, 1, kHeadDimMax));
  if (value_length != config.head_dim) {
    return file.Unsupported("values and keys of different length, which fathom does not compute");
  }
  return {};
}

Status ReadVocabularySize(const GgufFile& file, const ConfigReader& reader, ModelConfig* config) {
  FATHOM_ASSIGN_OR_RETURN(const std::vector<std::string>* tokens,
                          file.GetArray<std::string>("tokenizer.ggml.tokens"));
  config->vocabulary = static_cast<int64_t>(tokens->size());
  if (config->vocabulary < 1 || config->vocabulary > kVocabularyMax) {
    return file.Corrupt("a vocabulary of " + std::to_string(config->vocabulary) + " tokens");
  }
  FATHOM_ASSIGN_OR_RETURN(const int64_t declared,
                          reader.IntegerOr("vocab_size", config->vocabulary, 1, kVocabularyMax));
  if (declared != config->vocabulary) {
    return file.Corrupt(reader.Key("vocab_size") + " is " + std::to_string(declared) + ", but " +
                        std::to_string(config->vocabulary) + " tokens are listed");
  }
  return {};
}

}  // namespace

Result<ModelConfig> ReadModelConfig(const GgufFile& file) {
  FATHOM_ASSIGN_OR_RETURN(const Architecture* architecture, FindArchitecture(file));
  const ConfigReader reader(file, architecture->name);
  ModelConfig config;
  config.architecture = architecture->name;
  config.parts = architecture->parts;
  FATHOM_RETURN_IF_ERROR(ReadShape(file, reader, &config));
  FATHOM_ASSIGN_OR_RETURN(config.rms_epsilon,
                          file.GetF32(reader.Key("attention.layer_norm_rms_epsilon")));
  if (!(config.rms_epsilon > 0 && config.rms_epsilon < 1)) {
    return file.Corrupt(reader.Key("attention.layer_norm_rms_epsilon") + " is not between 0 and 1");
  }
  if (architecture->scales_embedding) {
    config.embedding_scale = std::sqrt(static_cast<float>(config.d_model));
  }
  FATHOM_RETURN_IF_ERROR(RefuseFeatures(file, reader, config));
  FATHOM_RETURN_IF_ERROR(ReadLayerPositions(reader, *architecture, &config));
  FATHOM_RETURN_IF_ERROR(ReadVocabularySize(file, reader, &config));
  config.tied_output = file.FindTensor("output.weight") == nullptr;
  FATHOM_RETURN_IF_ERROR(CheckTensors(file, config, RopeFactorTensors(file, *architecture)));
  return config;
}

}  // namespace fathom
