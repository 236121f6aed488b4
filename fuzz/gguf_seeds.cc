#include <functional>

#include "fuzz/seeds.h"
#include "model/gguf_test_util.h"
#include "model/tokenizer_test_util.h"

namespace fathom {
namespace {

// The smallest model of an architecture that can be computed: 32 wide, one layer, some 5 KB.
GgufBuilder Small(const std::string& name) {
  TinyModelOptions options = TinyArchitecture(name);
  options.layers = 1;
  options.byte_tokens = 28;
  options.d_model = 32;
  options.d_ffn = 32;
  options.heads = 2;
  options.kv_heads = 1;
  if (options.head_dim != 0) options.head_dim = 16;
  if (options.rope_dims != 0) options.rope_dims = 8;
  options.type = TensorType::kQ8_0;
  return TinyModel(options);
}

// The same with a vocabulary of SentencePiece; its control tokens fit Gemma's template.
GgufBuilder SmallPieces() {
  PieceLists lists = TinyPieces();
  for (const char* control : {"<start_of_turn>", "<end_of_turn>"}) lists.Add(control, 0, 3);
  lists.Add("<b>", 0, 4);
  TinyModelOptions options;
  options.architecture = "llama";
  options.layers = 1;
  options.byte_tokens = static_cast<int>(lists.tokens.size()) - 10;  // the same number of tokens
  options.d_model = options.d_ffn = 32;
  options.heads = 2;
  options.kv_heads = 1;
  options.type = TensorType::kQ8_0;
  GgufBuilder builder = TinyModel(options);
  builder.Remove("tokenizer.ggml.merges")
      .Remove("tokenizer.ggml.pre")
      .Set("tokenizer.ggml.model", "llama")
      .SetArray("tokenizer.ggml.tokens", lists.tokens)
      .SetArray("tokenizer.ggml.scores", lists.scores)
      .SetArray("tokenizer.ggml.token_type", lists.types)
      .Set("tokenizer.ggml.bos_token_id", 1U)
      .Set("tokenizer.ggml.eos_token_id", 2U)
      .Set("tokenizer.chat_template", "<start_of_turn>{{ role }}<end_of_turn>");
  return builder;
}

// Collects seeds that differ from a model in one thing each.
class Seeds {
 public:
  using Change = std::function<void(GgufBuilder*)>;

  void Add(const std::string& name, const GgufBuilder& base, const Change& change) {
    GgufBuilder builder = base;
    change(&builder);
    seeds_.push_back({name, builder.Bytes()});
  }
  void AddBytes(const std::string& name, std::string bytes) {
    seeds_.push_back({name, std::move(bytes)});
  }
  std::vector<Seed> Take() { return std::move(seeds_); }

 private:
  std::vector<Seed> seeds_;
};

void AddValid(Seeds* seeds) {
  for (const char* name : {"llama", "llama3", "qwen2", "qwen3", "gemma3", "phi3"}) {
    seeds->AddBytes(std::string("valid-") + name, Small(name).Bytes());
  }
  seeds->AddBytes("valid-pieces", SmallPieces().Bytes());
  for (const TensorType type : {TensorType::kQ4_0, TensorType::kQ4_1, TensorType::kQ5_0,
                                TensorType::kQ5_1, TensorType::kIQ4_NL}) {
    TinyModelOptions options{.layers = 1, .d_model = 32, .d_ffn = 32, .heads = 1, .kv_heads = 1};
    options.type = type;
    options.byte_tokens = 28;
    seeds->AddBytes(std::string("valid-") + FormatOf(type).name, TinyModel(options).Bytes());
  }
}

// Sizes and counts whose arithmetic wraps around.
void AddOverflows(const GgufBuilder& model, Seeds* seeds) {
  const uint64_t most = uint64_t{1} << 31;
  seeds->Add("overflow-pairs", model, [](auto* b) { b->n_pairs = UINT64_MAX / 14 + 2; });
  seeds->Add("overflow-tensors", model, [](auto* b) { b->n_tensors = uint64_t{1} << 61; });
  seeds->Add("overflow-array", model,
             [](auto* b) { b->SetRaw("list", 9, RawBytes(8U) + RawBytes(uint64_t{1} << 61)); });
  seeds->Add("overflow-string", model, [](auto* b) { b->SetRaw("s", 8, RawBytes(UINT64_MAX)); });
  seeds->Add("overflow-dims", model, [&](auto* b) {
    b->tensors[0].dims = {most, most, 8};  // 2^65 weights
  });
  seeds->Add("overflow-offset", model, [](auto* b) {
    b->tensors[0].offset = UINT64_MAX - 31;  // behind it the sum with any size wraps
  });
}

// Dimensions and hyperparameters that overrun arrays or divide by zero.
void AddNumbers(const GgufBuilder& model, Seeds* seeds) {
  const auto with = [&](const char* name, const char* key, uint32_t value) {
    seeds->Add(name, model, [&](auto* b) { b->Set(key, value); });
  };
  with("numbers-alignment", "general.alignment", 0);
  with("numbers-layers", "qwen2.block_count", 1U << 31);
  with("numbers-heads", "qwen2.attention.head_count", 0);
  with("numbers-kv-heads", "qwen2.attention.head_count_kv", 0);
  with("numbers-width", "qwen2.embedding_length", 0);
  with("numbers-context", "qwen2.context_length", UINT32_MAX);
  seeds->Add("numbers-type", model, [](auto* b) { b->Set("qwen2.block_count", "one"); });
  seeds->Add("numbers-epsilon", model,
             [](auto* b) { b->Set("qwen2.attention.layer_norm_rms_epsilon", -1.0F); });
  seeds->Add("numbers-dim-0", model, [](auto* b) { b->tensors[0].dims[1] = 0; });
  seeds->Add("numbers-dims", model, [](auto* b) { b->tensors[0].dims.resize(5, 1); });
  seeds->Add("numbers-shape", model, [](auto* b) { b->tensors[0].dims = {64, 19}; });
}

// Places beyond the file.
void AddOffsets(const GgufBuilder& model, Seeds* seeds) {
  seeds->Add("offsets-beyond", model, [](auto* b) { b->tensors[0].offset = 1 << 20; });
  seeds->Add("offsets-overlap", model, [](auto* b) { b->tensors[1].offset = 0; });
  seeds->Add("offsets-unaligned", model, [](auto* b) { b->tensors[1].offset = 8; });
  const std::string bytes = model.Bytes();
  seeds->AddBytes("offsets-cut-data", bytes.substr(0, bytes.size() - 64));
  seeds->AddBytes("offsets-cut-head", bytes.substr(0, model.Head().size() / 2));
}

void AddVocabularies(const GgufBuilder& model, const GgufBuilder& pieces, Seeds* seeds) {
  PieceLists lists = TinyPieces();
  lists.tokens[3] = "<0x-1>";
  seeds->Add("vocabulary-byte", pieces, [&](auto* b) {
    b->SetArray("tokenizer.ggml.tokens", lists.tokens)
        .SetArray("tokenizer.ggml.scores", lists.scores)
        .SetArray("tokenizer.ggml.token_type", lists.types);
  });
  seeds->Add("vocabulary-scores", pieces,
             [](auto* b) { b->SetArray("tokenizer.ggml.scores", std::vector<uint8_t>(4, 1)); });
  seeds->Add("vocabulary-types", model,
             [](auto* b) { b->SetArray("tokenizer.ggml.token_type", std::vector<uint8_t>(4, 1)); });
  seeds->Add("vocabulary-merge", model,
             [](auto* b) { b->SetArray("tokenizer.ggml.merges", std::vector<std::string>{"! "}); });
  seeds->Add("vocabulary-eos", model,
             [](auto* b) { b->Set("tokenizer.ggml.eos_token_id", UINT32_MAX); });
  seeds->Add("vocabulary-pre", model, [](auto* b) { b->Set("tokenizer.ggml.pre", "\x1B[2J"); });
}

// Errors in the middle of what is being read.
void AddErrorPaths(const GgufBuilder& model, Seeds* seeds) {
  seeds->Add("errors-twice", model,
             [](auto* b) { b->AppendRaw("general.architecture", 8, RawString("llama")); });
  seeds->Add("errors-tensor-twice", model,
             [](auto* b) { b->tensors[1].name = b->tensors[0].name; });
  seeds->Add("errors-bool", model, [](auto* b) {
    b->SetRaw("list", 9, RawBytes(7U) + RawBytes(uint64_t{2}) + "\x01\x02");
  });
  seeds->Add("errors-nested", model, [](auto* b) {
    b->SetRaw("list", 9,
              RawBytes(9U) + RawBytes(uint64_t{1}) + RawBytes(4U) + RawBytes(UINT64_MAX));
  });
  seeds->Add("errors-quantisation", model, [](auto* b) { b->tensors[1].type = 11; });
  seeds->Add("errors-nan", model, [](auto* b) { b->tensors[0].data.replace(0, 2, "\xFF\x7F"); });
  seeds->Add("errors-missing", model, [](auto* b) { b->RemoveTensor("blk.0.ffn_down.weight"); });
}

}  // namespace

std::vector<Seed> GgufSeeds() {
  const GgufBuilder model = Small("qwen2"), pieces = SmallPieces();
  Seeds seeds;
  AddValid(&seeds);
  AddOverflows(model, &seeds);
  AddNumbers(model, &seeds);
  AddOffsets(model, &seeds);
  AddVocabularies(model, pieces, &seeds);
  AddErrorPaths(model, &seeds);
  // Not a model: the control vectors and adapters whose own readers had their errors.
  seeds.Add("state-control-vector", GgufBuilder(), [](auto* b) {
    b->Set("general.architecture", "controlvector").Set("controlvector.model_hint", "qwen2");
    b->tensors.push_back({"direction.2147483648", {32}, 0, std::string(128, '\0'), std::nullopt});
  });
  seeds.Add("template-unknown", model, [](auto* b) {
    b->Set("tokenizer.chat_template",
           "{{ self.__init__.__globals__.__builtins__.__import__('os').system('id') }}");
  });
  return seeds.Take();
}

}  // namespace fathom
