#include "model/layer_positions.h"

#include <cmath>

#include "model/quoted.h"

namespace fathom {
namespace {

constexpr const char* kFreqs = "rope_freqs.weight";
constexpr const char* kLongFactors = "rope_factors_long.weight";
constexpr const char* kShortFactors = "rope_factors_short.weight";

// Every sixth layer of Gemma 3 sees everything; files written before the key existed do not say so.
constexpr int64_t kDefaultPattern = 6;

// Is there a stretch of the rope that this build would silently ignore?
Status RefuseScaling(const ConfigReader& reader, FactorRule rule) {
  if (const GgufValue* type = reader.Find("rope.scaling.type")) {
    const std::string* name = std::get_if<std::string>(type);
    const bool known = name != nullptr &&
                       (*name == "none" || (*name == "longrope" && rule == FactorRule::kLongShort));
    if (!known) {
      return reader.file().Unsupported("rope scaling " + Quoted(name == nullptr ? "?" : *name) +
                                       " is not computed by fathom; use a model without it");
    }
  }
  std::vector<const char*> keys = {"rope.scale_linear", "rope.scaling.factor"};
  if (rule != FactorRule::kLongShort) keys.push_back("rope.scaling.attn_factor");
  for (const char* key : keys) {
    const GgufValue* value = reader.Find(key);
    if (value == nullptr) continue;
    const float* factor = std::get_if<float>(value);
    if (factor == nullptr || (*factor != 0 && *factor != 1)) {
      return reader.file().Unsupported(reader.Key(key) +
                                       " stretches the rope, which fathom does not compute; use a "
                                       "model without it");
    }
  }
  return {};
}

Result<std::vector<float>> ReadFactors(const GgufFile& file, const std::string& name,
                                       int64_t count) {
  const GgufTensor* tensor = file.FindTensor(name);
  if (tensor == nullptr) return file.Corrupt("tensor " + name + " is missing");
  if (tensor->dims != std::vector<int64_t>{count} || FormatOf(tensor->type).block_weights != 1) {
    return file.Corrupt("tensor " + name + " must be " + std::to_string(count) + " plain floats");
  }
  std::vector<uint8_t> bytes(tensor->bytes);
  FATHOM_RETURN_IF_ERROR(file.ReadTensor(*tensor, 0, bytes));
  std::vector<float> factors(count);
  Dequantize(tensor->type, bytes, factors);
  for (float factor : factors) {
    if (!(std::isfinite(factor) && factor > 0)) {
      return file.Corrupt("tensor " + name + " holds a factor that is not a positive number");
    }
  }
  return factors;
}

// Which of the two sets holds is a question of the length that the model is made for, not of the
// row: the keys of a shared prefix are turned once for rows of all lengths.
Result<std::string> LongOrShort(const ConfigReader& reader, const ModelConfig& config) {
  FATHOM_ASSIGN_OR_RETURN(const int64_t original,
                          reader.Integer("rope.scaling.original_context_length", 1, 1 << 24));
  return std::string(config.context_tokens > original ? kLongFactors : kShortFactors);
}

Result<RopeConfig> ReadRope(const ConfigReader& reader, const Architecture& architecture,
                            const ModelConfig& config) {
  RopeConfig rope;
  rope.kind = architecture.rope_kind;
  FATHOM_ASSIGN_OR_RETURN(
      rope.dims, reader.IntegerOr("rope.dimension_count", config.head_dim, 2, config.head_dim));
  if (rope.dims % 2 != 0) {
    return reader.file().Corrupt("the rope turns " + std::to_string(rope.dims) +
                                 " numbers of a head: must be even");
  }
  FATHOM_ASSIGN_OR_RETURN(rope.base, reader.PositiveOr("rope.freq_base", rope.base));
  const std::vector<std::string> tensors = RopeFactorTensors(reader.file(), architecture);
  if (tensors.empty()) return rope;
  std::string valid = tensors[0];
  if (architecture.factors == FactorRule::kLongShort) {
    FATHOM_ASSIGN_OR_RETURN(valid, LongOrShort(reader, config));
  }
  for (const std::string& name : tensors) {
    FATHOM_ASSIGN_OR_RETURN(std::vector<float> factors,
                            ReadFactors(reader.file(), name, rope.dims / 2));
    if (name == valid) rope.factors = std::move(factors);
  }
  return rope;
}

// Which layers see a window only, by the key: "every n-th does not" or a bool for each layer.
Result<std::vector<bool>> WindowedLayers(const ConfigReader& reader, int64_t layers) {
  constexpr const char* kKey = "attention.sliding_window_pattern";
  const GgufValue* value = reader.Find(kKey);
  if (value != nullptr && std::holds_alternative<GgufArray>(*value)) {
    FATHOM_ASSIGN_OR_RETURN(const std::vector<bool>* flags,
                            reader.file().GetArray<bool>(reader.Key(kKey)));
    if (static_cast<int64_t>(flags->size()) == layers) return *flags;
    return reader.file().Corrupt(reader.Key(kKey) + " has " + std::to_string(flags->size()) +
                                 " entries for " + std::to_string(layers) + " layers");
  }
  FATHOM_ASSIGN_OR_RETURN(const int64_t every, reader.IntegerOr(kKey, kDefaultPattern, 1, 1024));
  std::vector<bool> windowed(layers);
  for (int64_t layer = 0; layer < layers; ++layer) windowed[layer] = layer % every != every - 1;
  return windowed;
}

Status ReadWindows(const ConfigReader& reader, const Architecture& architecture,
                   ModelConfig* config) {
  config->positions.resize(config->layers);
  FATHOM_ASSIGN_OR_RETURN(const int64_t window,
                          reader.IntegerOr("attention.sliding_window", 0, 0, 1 << 24));
  if (window == 0) return {};
  if (architecture.windows == WindowRule::kNone) {
    return reader.file().Unsupported("the model uses " + reader.Key("attention.sliding_window") +
                                     ", which fathom does not compute for " + architecture.name);
  }
  if (architecture.windows == WindowRule::kEveryLayer) {
    for (LayerPositions& layer : config->positions) layer.window = window;
    return {};
  }
  RopeConfig local = config->ropes[0];
  FATHOM_ASSIGN_OR_RETURN(local.base, reader.PositiveOr("rope.freq_base_swa", 10000));
  config->ropes.push_back(std::move(local));
  FATHOM_ASSIGN_OR_RETURN(const std::vector<bool> windowed, WindowedLayers(reader, config->layers));
  for (int64_t layer = 0; layer < config->layers; ++layer) {
    if (windowed[layer]) config->positions[layer] = {.window = window, .rope = 1};
  }
  return {};
}

}  // namespace

std::vector<std::string> RopeFactorTensors(const GgufFile& file, const Architecture& architecture) {
  switch (architecture.factors) {
    case FactorRule::kNone: return {};
    case FactorRule::kFreqs:
      if (file.FindTensor(kFreqs) == nullptr) return {};
      return {kFreqs};
    case FactorRule::kLongShort:
      if (file.FindTensor(kLongFactors) == nullptr && file.FindTensor(kShortFactors) == nullptr) {
        return {};
      }
      return {kLongFactors, kShortFactors};
  }
  return {};
}

Status ReadLayerPositions(const ConfigReader& reader, const Architecture& architecture,
                          ModelConfig* config) {
  FATHOM_RETURN_IF_ERROR(RefuseScaling(reader, architecture.factors));
  FATHOM_ASSIGN_OR_RETURN(RopeConfig rope, ReadRope(reader, architecture, *config));
  if (architecture.factors == FactorRule::kLongShort) {
    FATHOM_ASSIGN_OR_RETURN(rope.magnitude, reader.PositiveOr("rope.scaling.attn_factor", 1));
  }
  config->ropes = {std::move(rope)};
  return ReadWindows(reader, architecture, config);
}

}  // namespace fathom
