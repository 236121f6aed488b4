// Writes small GGUF files, valid or damaged on purpose; only for tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/quant.h"

namespace fathom {

// A file in the temporary folder that is deleted with the object.
class TempFile {
 public:
  explicit TempFile(const std::string& bytes) {
    static int number = 0;
    path_ = (std::filesystem::temp_directory_path() /
             ("fathom_test_" + std::to_string(getpid()) + "_" + std::to_string(number++) + ".gguf"))
                .string();
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Little-endian bytes of a number.
template <typename T>
std::string RawBytes(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

inline std::string RawString(const std::string& text) {
  return RawBytes(uint64_t{text.size()}) + text;
}

// GGUF's id of a value type.
template <typename T>
constexpr uint32_t ValueTypeId() {
  if constexpr (std::is_same_v<T, uint8_t>) return 0;
  if constexpr (std::is_same_v<T, int8_t>) return 1;
  if constexpr (std::is_same_v<T, uint16_t>) return 2;
  if constexpr (std::is_same_v<T, int16_t>) return 3;
  if constexpr (std::is_same_v<T, uint32_t>) return 4;
  if constexpr (std::is_same_v<T, int32_t>) return 5;
  if constexpr (std::is_same_v<T, float>) return 6;
  if constexpr (std::is_same_v<T, bool>) return 7;
  if constexpr (std::is_same_v<T, std::string>) return 8;
  if constexpr (std::is_same_v<T, uint64_t>) return 10;
  if constexpr (std::is_same_v<T, int64_t>) return 11;
  if constexpr (std::is_same_v<T, double>) return 12;
}

struct RawTensor {
  std::string name;
  std::vector<uint64_t> dims;
  uint32_t type = 0;
  std::string data;
  std::optional<uint64_t> offset;  // instead of the next free place
};

// Collects keys and tensors; every part can be set to what no honest writer would write.
class GgufBuilder {
 public:
  uint32_t version = 3;
  uint64_t alignment = 32;          // of the layout; the key general.alignment is set apart
  std::optional<uint64_t> n_pairs;  // instead of the true count
  std::optional<uint64_t> n_tensors;
  std::vector<RawTensor> tensors;

  // `value` behind its type id; replaces an earlier value of the key.
  GgufBuilder& SetRaw(const std::string& key, uint32_t type, const std::string& value) {
    Remove(key);
    return AppendRaw(key, type, value);
  }
  // The same, but never replaces.
  GgufBuilder& AppendRaw(const std::string& key, uint32_t type, const std::string& value) {
    pairs_.emplace_back(key, RawBytes(type) + value);
    return *this;
  }
  template <typename T>
  GgufBuilder& Set(const std::string& key, const T& value) {
    return SetRaw(key, ValueTypeId<T>(), Raw(value));
  }
  GgufBuilder& Set(const std::string& key, const char* value) {
    return Set(key, std::string(value));
  }
  template <typename T>
  GgufBuilder& SetArray(const std::string& key, const std::vector<T>& values) {
    std::string bytes = RawBytes(ValueTypeId<T>()) + RawBytes(uint64_t{values.size()});
    for (const T& value : values) bytes += Raw(value);
    return SetRaw(key, 9, bytes);
  }
  GgufBuilder& Remove(const std::string& key) {
    std::erase_if(pairs_, [&](const auto& pair) { return pair.first == key; });
    return *this;
  }

  // REQUIRES there is such a tensor
  RawTensor& Tensor(const std::string& name) {
    return *std::find_if(tensors.begin(), tensors.end(),
                         [&](const RawTensor& tensor) { return tensor.name == name; });
  }
  GgufBuilder& RemoveTensor(const std::string& name) {
    std::erase_if(tensors, [&](const RawTensor& tensor) { return tensor.name == name; });
    return *this;
  }

  // Everything before the padding and the data.
  std::string Head() const {
    std::string head = "GGUF" + RawBytes(version) + RawBytes(n_tensors.value_or(tensors.size())) +
                       RawBytes(n_pairs.value_or(pairs_.size()));
    for (const auto& [key, value] : pairs_) head += RawString(key) + value;
    uint64_t next = 0;
    for (const RawTensor& tensor : tensors) {
      head += RawString(tensor.name) + RawBytes(static_cast<uint32_t>(tensor.dims.size()));
      for (const uint64_t dim : tensor.dims) head += RawBytes(dim);
      head += RawBytes(tensor.type) + RawBytes(tensor.offset.value_or(next));
      next = Aligned(next + tensor.data.size());
    }
    return head;
  }

  std::string Bytes() const {
    std::string bytes = Head();
    bytes.resize(Aligned(bytes.size()));
    for (const RawTensor& tensor : tensors) {
      bytes += tensor.data;
      bytes.resize(Aligned(bytes.size()));
    }
    return bytes;
  }

 private:
  template <typename T>
  static std::string Raw(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      return RawString(value);
    } else {
      return RawBytes(value);
    }
  }
  uint64_t Aligned(uint64_t size) const { return (size + alignment - 1) / alignment * alignment; }

  std::vector<std::pair<std::string, std::string>> pairs_;
};

// ---- tiny models ----

// The byte-level writing of one byte: itself if printable in Latin-1, else U+0100 and following.
inline std::string ByteLevelCharacter(int byte) {
  const auto printable = [](int b) {
    return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  };
  int code = byte;
  if (!printable(byte)) {
    code = 256;
    for (int b = 0; b < byte; ++b) code += printable(b) ? 0 : 1;
  }
  if (code < 0x80) return std::string(1, static_cast<char>(code));
  return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
}

struct TinyModelOptions {
  std::string architecture = "qwen2";
  int layers = 2;
  uint32_t d_model = 64;
  uint32_t d_ffn = 96;
  uint32_t heads = 4;
  uint32_t kv_heads = 2;
  uint32_t head_dim = 0;        // 0 = d_model / heads, and no key for it
  uint32_t rope_dims = 0;       // 0 = all of a head, and no key for it
  bool rope_factors = false;    // llama: rope_freqs; phi3: long (valid here) and short
  uint32_t window = 0;          // 0 = no key
  uint32_t window_pattern = 0;  // 0 = no key
  uint32_t context_tokens = 256;
  TensorType type = TensorType::kF32;  // of the matrices; K types need widths that 256 divides
  bool tied_output = true;
  int byte_tokens = 256;  // fewer make a smaller file that still opens
  uint32_t seed = 1;

  uint32_t HeadDim() const { return head_dim == 0 ? d_model / heads : head_dim; }
  uint32_t RopeDims() const { return rope_dims == 0 ? HeadDim() : rope_dims; }
};

// A small model with all that its architecture can have; "llama3" is a llama with rope factors.
inline TinyModelOptions TinyArchitecture(const std::string& name) {
  if (name == "llama3") return {.architecture = "llama", .rope_factors = true};
  if (name == "qwen3") return {.architecture = name, .head_dim = 32};
  if (name == "gemma3") {
    return {.architecture = name, .layers = 3, .head_dim = 32, .window = 5, .window_pattern = 2};
  }
  if (name == "phi3") return {.architecture = name, .rope_dims = 12, .rope_factors = true};
  return {.architecture = name};
}

// Weights of about +-0.1 in any format: random bits under small scales.
inline std::string RandomTensorData(TensorType type, uint64_t weights, float center,
                                    std::mt19937* random) {
  const QuantFormat& format = FormatOf(type);
  std::uniform_real_distribution<float> spread(-0.1F, 0.1F);
  std::string data;
  for (uint64_t block = 0; block < weights / format.block_weights; ++block) {
    std::string bytes(format.block_bytes, '\0');
    if (format.block_weights > 1) {
      for (char& byte : bytes) byte = static_cast<char>((*random)());
    }
    const auto put_half = [&](size_t at, float value) {
      bytes.replace(at, 2, RawBytes(FloatToHalf(value)));
    };
    const float value = center + spread(*random);
    switch (type) {
      case TensorType::kF32: bytes = RawBytes(value); break;
      case TensorType::kF16: put_half(0, value); break;
      case TensorType::kBF16: bytes = RawBytes(value).substr(2); break;
      case TensorType::kQ4_0: put_half(0, 0.0125F); break;
      case TensorType::kQ5_0: put_half(0, 0.00625F); break;
      case TensorType::kQ8_0:
      case TensorType::kIQ4_NL: put_half(0, 0.0008F); break;
      case TensorType::kQ4_1: put_half(0, 0.0125F), put_half(2, -0.1F); break;
      case TensorType::kQ5_1: put_half(0, 0.00625F), put_half(2, -0.1F); break;
      case TensorType::kQ4_K: put_half(0, 0.0003F), put_half(2, 0.0022F); break;
      case TensorType::kQ5_K: put_half(0, 0.00015F), put_half(2, 0.0022F); break;
      case TensorType::kQ6_K: put_half(208, 0.00008F); break;
    }
    data += bytes;
  }
  return data;
}

inline RawTensor RandomTensor(const std::string& name, std::vector<uint64_t> dims, TensorType type,
                              float center, std::mt19937* random) {
  uint64_t weights = 1;
  for (const uint64_t dim : dims) weights *= dim;
  return {name, std::move(dims), static_cast<uint32_t>(type),
          RandomTensorData(type, weights, center, random), std::nullopt};
}

// Tokens: the bytes, then "th", "he", "the", " the", "in", "12", then the control tokens
// <|endoftext|>, <|im_start|>, <|im_end|> and the user-defined <tool_call>.
inline void AddTinyVocabulary(const TinyModelOptions& options, GgufBuilder* builder) {
  std::vector<std::string> tokens;
  for (int byte = 0; byte < options.byte_tokens; ++byte) tokens.push_back(ByteLevelCharacter(byte));
  std::vector<std::string> merges;
  if (options.byte_tokens >= 128) {
    const std::string blank = ByteLevelCharacter(' ');
    merges = {"t h", "h e", "th e", blank + " the", "i n", "1 2"};
    for (std::string merge : merges) tokens.push_back(merge.erase(merge.find(' '), 1));
  }
  std::vector<int32_t> types(tokens.size(), 1);
  for (const char* control : {"<|endoftext|>", "<|im_start|>", "<|im_end|>"}) {
    tokens.push_back(control);
    types.push_back(3);
  }
  tokens.push_back("<tool_call>");
  types.push_back(4);
  builder->Set("tokenizer.ggml.model", "gpt2")
      .Set("tokenizer.ggml.pre", options.architecture == "llama" ? "smollm" : "qwen2")
      .SetArray("tokenizer.ggml.tokens", tokens)
      .SetArray("tokenizer.ggml.token_type", types)
      .SetArray("tokenizer.ggml.merges", merges)
      .Set("tokenizer.ggml.eos_token_id", static_cast<uint32_t>(tokens.size() - 2))
      .Set("tokenizer.chat_template", "<|im_start|>{{ role }}<|im_end|> <|im_start|>assistant");
}

inline void AddTinyLayer(const TinyModelOptions& o, int layer, std::mt19937* random,
                         GgufBuilder* builder) {
  const std::string prefix = "blk." + std::to_string(layer) + ".";
  const uint64_t q = uint64_t{o.HeadDim()} * o.heads, kv = uint64_t{o.HeadDim()} * o.kv_heads;
  const bool gemma3 = o.architecture == "gemma3", phi3 = o.architecture == "phi3";
  const auto matrix = [&](const char* name, uint64_t columns, uint64_t rows) {
    builder->tensors.push_back(RandomTensor(prefix + name, {columns, rows}, o.type, 0, random));
  };
  const auto vector = [&](const char* name, uint64_t length, float center) {
    builder->tensors.push_back(
        RandomTensor(prefix + name, {length}, TensorType::kF32, center, random));
  };
  vector("attn_norm.weight", o.d_model, 1);
  if (phi3) {
    matrix("attn_qkv.weight", o.d_model, q + 2 * kv);
  } else {
    matrix("attn_q.weight", o.d_model, q);
    matrix("attn_k.weight", o.d_model, kv);
    matrix("attn_v.weight", o.d_model, kv);
  }
  matrix("attn_output.weight", q, o.d_model);
  vector("ffn_norm.weight", o.d_model, 1);
  if (!phi3) matrix("ffn_gate.weight", o.d_model, o.d_ffn);
  matrix("ffn_up.weight", o.d_model, phi3 ? 2 * o.d_ffn : o.d_ffn);
  matrix("ffn_down.weight", o.d_ffn, o.d_model);
  if (o.architecture == "qwen2") {
    vector("attn_q.bias", q, 0);
    vector("attn_k.bias", kv, 0);
    vector("attn_v.bias", kv, 0);
  }
  if (gemma3 || o.architecture == "qwen3") {
    vector("attn_q_norm.weight", o.HeadDim(), 1);
    vector("attn_k_norm.weight", o.HeadDim(), 1);
  }
  if (gemma3) {
    vector("post_attention_norm.weight", o.d_model, 1);
    vector("post_ffw_norm.weight", o.d_model, 1);
  }
}

// Keys and tensors that place positions: head length, rope, window.
inline void AddTinyPositions(const TinyModelOptions& o, GgufBuilder* builder) {
  const std::string a = o.architecture + ".";
  builder->Set(a + "rope.freq_base", o.architecture == "gemma3" ? 1e6F : 1e4F);
  if (o.head_dim != 0) {
    builder->Set(a + "attention.key_length", o.head_dim);
    builder->Set(a + "attention.value_length", o.head_dim);
  }
  if (o.rope_dims != 0) builder->Set(a + "rope.dimension_count", o.rope_dims);
  if (o.window != 0) builder->Set(a + "attention.sliding_window", o.window);
  if (o.window_pattern != 0) {
    builder->Set(a + "attention.sliding_window_pattern", o.window_pattern);
  }
  const auto factors = [&](const char* name, float growth) {
    std::string data;
    for (uint32_t i = 0; i < o.RopeDims() / 2; ++i) data += RawBytes(1 + growth * i);
    builder->tensors.push_back({name, {o.RopeDims() / 2}, 0, data, std::nullopt});
  };
  if (!o.rope_factors) return;
  if (o.architecture == "llama") return factors("rope_freqs.weight", 0.5F);
  factors("rope_factors_long.weight", 0.5F);
  factors("rope_factors_short.weight", 0.25F);
  builder->Set(a + "rope.scaling.original_context_length", o.context_tokens / 2);
  builder->Set(a + "rope.scaling.attn_factor", 1.25F);
}

// A complete model that GgufFile, ReadModelConfig and Tokenizer accept.
inline GgufBuilder TinyModel(const TinyModelOptions& o = {}) {
  GgufBuilder builder;
  const std::string a = o.architecture + ".";
  builder.Set("general.architecture", o.architecture)
      .Set(a + "block_count", static_cast<uint32_t>(o.layers))
      .Set(a + "context_length", o.context_tokens)
      .Set(a + "embedding_length", o.d_model)
      .Set(a + "feed_forward_length", o.d_ffn)
      .Set(a + "attention.head_count", o.heads)
      .Set(a + "attention.head_count_kv", o.kv_heads)
      .Set(a + "attention.layer_norm_rms_epsilon", 1e-6F);
  AddTinyPositions(o, &builder);
  AddTinyVocabulary(o, &builder);
  const uint64_t vocabulary = o.byte_tokens + (o.byte_tokens >= 128 ? 6 : 0) + 4;
  std::mt19937 random(o.seed);
  builder.tensors.push_back(
      RandomTensor("token_embd.weight", {o.d_model, vocabulary}, o.type, 0, &random));
  builder.tensors.push_back(
      RandomTensor("output_norm.weight", {o.d_model}, TensorType::kF32, 1, &random));
  if (!o.tied_output) {
    builder.tensors.push_back(
        RandomTensor("output.weight", {o.d_model, vocabulary}, o.type, 0, &random));
  }
  for (int layer = 0; layer < o.layers; ++layer) AddTinyLayer(o, layer, &random, &builder);
  return builder;
}

}  // namespace fathom
