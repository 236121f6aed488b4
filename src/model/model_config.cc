#include "model/model_config.h"

#include <array>
#include <cmath>
#include <string_view>

#include "model/quoted.h"

namespace fathom {
namespace {

constexpr int64_t kLayersMax = 1024;
constexpr int64_t kWidthMax = 65536;
constexpr int64_t kFfnMax = 1 << 20;
constexpr int64_t kHeadDimMax = 512;
constexpr int64_t kContextMax = 1 << 24;
constexpr int64_t kVocabularyMax = 1 << 24;

// What differs between the architectures that fathom computes.
struct Architecture {
  const char* name;
  RopeKind rope_kind;
  bool qkv_bias;  // attn_{q,k,v}.bias must be there; must be absent otherwise
};
constexpr std::array kArchitectures = {
    Architecture{"llama", RopeKind::kAdjacentPairs, false},
    Architecture{"qwen2", RopeKind::kHalfSplit, true},
};

// Reads A.<key> for one architecture A, with range checks.
class ConfigReader {
 public:
  ConfigReader(const GgufFile& file, std::string architecture)
      : file_(file), architecture_(std::move(architecture)) {}

  std::string Key(std::string_view key) const { return architecture_ + "." + std::string(key); }
  const GgufValue* Find(std::string_view key) const { return file_.Find(Key(key)); }

  Result<int64_t> Integer(std::string_view key, int64_t min, int64_t max) const {
    FATHOM_ASSIGN_OR_RETURN(const uint32_t value, file_.GetU32(Key(key)));
    if (value < min || value > max) {
      return file_.Corrupt("metadata key " + Key(key) + " is " + std::to_string(value) +
                           ", allowed are " + std::to_string(min) + " to " + std::to_string(max));
    }
    return int64_t{value};
  }

  Result<int64_t> IntegerOr(std::string_view key, int64_t fallback, int64_t min,
                            int64_t max) const {
    if (Find(key) == nullptr) return fallback;
    return Integer(key, min, max);
  }

 private:
  const GgufFile& file_;
  std::string architecture_;
};

Result<const Architecture*> FindArchitecture(const GgufFile& file) {
  FATHOM_ASSIGN_OR_RETURN(const std::string name, file.GetString("general.architecture"));
  std::string known;
  for (const Architecture& architecture : kArchitectures) {
    if (name == architecture.name) return &architecture;
    known += (known.empty() ? "" : ", ") + std::string(architecture.name);
  }
  return file.Unsupported("the model's architecture is " + Quoted(name) + "; fathom computes " +
                          known + " (Llama, SmolLM2, Qwen2, Qwen2.5)");
}

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

Status ReadFloats(const GgufFile& file, const ConfigReader& reader, ModelConfig* config) {
  FATHOM_ASSIGN_OR_RETURN(config->rms_epsilon,
                          file.GetF32(reader.Key("attention.layer_norm_rms_epsilon")));
  if (!(config->rms_epsilon > 0 && config->rms_epsilon < 1)) {
    return file.Corrupt(reader.Key("attention.layer_norm_rms_epsilon") + " is not between 0 and 1");
  }
  config->rope_base = 10000;  // GGUF's default
  if (reader.Find("rope.freq_base") != nullptr) {
    FATHOM_ASSIGN_OR_RETURN(config->rope_base, file.GetF32(reader.Key("rope.freq_base")));
  }
  if (!(std::isfinite(config->rope_base) && config->rope_base > 0)) {
    return file.Corrupt(reader.Key("rope.freq_base") + " is not a positive number");
  }
  return {};
}

// Is there a feature whose metadata this build would silently ignore?
Status RefuseRopeScaling(const GgufFile& file, const ConfigReader& reader) {
  if (const GgufValue* type = reader.Find("rope.scaling.type")) {
    const std::string* name = std::get_if<std::string>(type);
    if (name == nullptr || *name != "none") {
      return file.Unsupported("rope scaling " + Quoted(name == nullptr ? "?" : *name) +
                              " is not computed by fathom; use a model without it");
    }
  }
  for (const char* key : {"rope.scale_linear", "rope.scaling.factor"}) {
    const GgufValue* value = reader.Find(key);
    if (value == nullptr) continue;
    const float* factor = std::get_if<float>(value);
    if (factor == nullptr || (*factor != 0 && *factor != 1)) {
      return file.Unsupported(reader.Key(key) +
                              " stretches the rope, which fathom does not compute; use a model "
                              "without it");
    }
  }
  return {};
}

Status RefuseFeatures(const GgufFile& file, const ConfigReader& reader, const ModelConfig& config) {
  FATHOM_RETURN_IF_ERROR(RefuseRopeScaling(file, reader));
  for (const char* key :
       {"expert_count", "expert_used_count", "attention.sliding_window", "attn_logit_softcapping",
        "final_logit_softcapping", "attention.clamp_kqv", "logit_scale", "residual_scale",
        "embedding_scale", "attention.scale", "attention.max_alibi_bias", "pooling_type"}) {
    const GgufValue* value = reader.Find(key);
    if (value == nullptr) continue;
    const uint32_t* number = std::get_if<uint32_t>(value);
    if (number != nullptr && *number == 0) continue;
    return file.Unsupported("the model uses " + reader.Key(key) +
                            ", which fathom does not compute");
  }
  if (reader.Find("attention.causal") != nullptr) {
    FATHOM_ASSIGN_OR_RETURN(const bool causal, file.GetBool(reader.Key("attention.causal")));
    if (!causal)
      return file.Unsupported("an embedding model (not causal); fathom needs a chat model");
  }
  FATHOM_ASSIGN_OR_RETURN(
      const int64_t rope_dims,
      reader.IntegerOr("rope.dimension_count", config.head_dim, 1, kHeadDimMax));
  if (rope_dims != config.head_dim) {
    return file.Unsupported("the rope turns " + std::to_string(rope_dims) + " of " +
                            std::to_string(config.head_dim) +
                            " numbers of a head; fathom computes only whole heads");
  }
  FATHOM_ASSIGN_OR_RETURN(
      const int64_t value_length,
      reader.IntegerOr("attention.value_length", config.head_dim, 1, kHeadDimMax));
  if (value_length != config.head_dim) {
    return file.Unsupported("values and keys of different length, which fathom does not compute");
  }
  return {};
}

// ---- tensors ----

std::string ShapeName(const std::vector<int64_t>& dims) {
  std::string name = "[";
  for (size_t i = 0; i < dims.size(); ++i) name += (i == 0 ? "" : ", ") + std::to_string(dims[i]);
  return name + "]";
}

class TensorChecker {
 public:
  explicit TensorChecker(const GgufFile& file) : file_(file) {}

  // The tensor is there with exactly these dimensions.
  Status Check(const std::string& name, const std::vector<int64_t>& dims) {
    const GgufTensor* tensor = file_.FindTensor(name);
    if (tensor == nullptr) return file_.Corrupt("tensor " + name + " is missing");
    if (tensor->dims != dims) {
      return file_.Corrupt("tensor " + name + " has the shape " + ShapeName(tensor->dims) +
                           ", the metadata ask for " + ShapeName(dims));
    }
    ++known_;
    return {};
  }

  // A vector that the forward pass takes as fp32: norms and biases are never quantised in blocks.
  Status CheckVector(const std::string& name, int64_t length) {
    FATHOM_RETURN_IF_ERROR(Check(name, {length}));
    const TensorType type = file_.FindTensor(name)->type;
    if (FormatOf(type).block_weights != 1) {
      return file_.Unsupported("tensor " + name + " is quantised as " + FormatOf(type).name +
                               "; norms and biases must be F32, F16 or BF16");
    }
    return {};
  }

  Status CheckLayer(int64_t layer, const ModelConfig& config, bool qkv_bias) {
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    const int64_t d = config.d_model;
    const int64_t q = config.heads * config.head_dim;
    const int64_t kv = config.kv_heads * config.head_dim;
    FATHOM_RETURN_IF_ERROR(CheckVector(prefix + "attn_norm.weight", d));
    FATHOM_RETURN_IF_ERROR(Check(prefix + "attn_q.weight", {d, q}));
    FATHOM_RETURN_IF_ERROR(Check(prefix + "attn_k.weight", {d, kv}));
    FATHOM_RETURN_IF_ERROR(Check(prefix + "attn_v.weight", {d, kv}));
    if (qkv_bias) {
      FATHOM_RETURN_IF_ERROR(CheckVector(prefix + "attn_q.bias", q));
      FATHOM_RETURN_IF_ERROR(CheckVector(prefix + "attn_k.bias", kv));
      FATHOM_RETURN_IF_ERROR(CheckVector(prefix + "attn_v.bias", kv));
    }
    FATHOM_RETURN_IF_ERROR(Check(prefix + "attn_output.weight", {q, d}));
    FATHOM_RETURN_IF_ERROR(CheckVector(prefix + "ffn_norm.weight", d));
    FATHOM_RETURN_IF_ERROR(Check(prefix + "ffn_gate.weight", {d, config.d_ffn}));
    FATHOM_RETURN_IF_ERROR(Check(prefix + "ffn_up.weight", {d, config.d_ffn}));
    return Check(prefix + "ffn_down.weight", {config.d_ffn, d});
  }

  // Nothing in the file may be left over: an unknown tensor belongs to a feature that would be
  // silently skipped (rope_freqs, expert weights, more biases).
  // REQUIRES every tensor the architecture needs was checked
  Status RefuseOthers(const ModelConfig& config, bool qkv_bias) const {
    if (known_ == file_.tensors().size()) return {};
    for (const GgufTensor& tensor : file_.tensors()) {
      if (IsKnown(tensor.name, config, qkv_bias)) continue;
      return file_.Unsupported("tensor " + Quoted(tensor.name) +
                               " is not part of the architecture " + config.architecture +
                               " as fathom computes it");
    }
    return {};
  }

 private:
  static bool IsKnown(const std::string& name, const ModelConfig& config, bool qkv_bias) {
    for (const char* global : {"token_embd.weight", "output_norm.weight", "output.weight"}) {
      if (name == global) return true;
    }
    for (int64_t layer = 0; layer < config.layers; ++layer) {
      const std::string prefix = "blk." + std::to_string(layer) + ".";
      if (name.starts_with(prefix)) return IsLayerTensor(name.substr(prefix.size()), qkv_bias);
    }
    return false;
  }

  static bool IsLayerTensor(std::string_view name, bool qkv_bias) {
    for (const char* weight : {"attn_norm.weight", "attn_q.weight", "attn_k.weight",
                               "attn_v.weight", "attn_output.weight", "ffn_norm.weight",
                               "ffn_gate.weight", "ffn_up.weight", "ffn_down.weight"}) {
      if (name == weight) return true;
    }
    return qkv_bias && (name == "attn_q.bias" || name == "attn_k.bias" || name == "attn_v.bias");
  }

  const GgufFile& file_;
  size_t known_ = 0;
};

Status CheckTensors(const GgufFile& file, bool qkv_bias, ModelConfig* config) {
  if (file.FindTensor("rope_freqs.weight") != nullptr) {
    return file.Unsupported(
        "tensor 'rope_freqs.weight' (Llama 3 rope scaling) is not computed by fathom; use a model "
        "without it");
  }
  TensorChecker checker(file);
  FATHOM_RETURN_IF_ERROR(checker.Check("token_embd.weight", {config->d_model, config->vocabulary}));
  FATHOM_RETURN_IF_ERROR(checker.CheckVector("output_norm.weight", config->d_model));
  config->tied_output = file.FindTensor("output.weight") == nullptr;
  if (!config->tied_output) {
    FATHOM_RETURN_IF_ERROR(checker.Check("output.weight", {config->d_model, config->vocabulary}));
  }
  for (int64_t layer = 0; layer < config->layers; ++layer) {
    FATHOM_RETURN_IF_ERROR(checker.CheckLayer(layer, *config, qkv_bias));
  }
  return checker.RefuseOthers(*config, qkv_bias);
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
  config.rope_kind = architecture->rope_kind;
  FATHOM_RETURN_IF_ERROR(ReadShape(file, reader, &config));
  FATHOM_RETURN_IF_ERROR(ReadFloats(file, reader, &config));
  FATHOM_RETURN_IF_ERROR(RefuseFeatures(file, reader, config));
  FATHOM_RETURN_IF_ERROR(ReadVocabularySize(file, reader, &config));
  FATHOM_RETURN_IF_ERROR(CheckTensors(file, architecture->qkv_bias, &config));
  return config;
}

}  // namespace fathom
