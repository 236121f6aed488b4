#include "model/tokenizer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/quoted.h"
#include "model/tokenizer_bpe.h"
#include "model/tokenizer_split.h"
#include "model/tokenizer_vocabulary.h"

namespace fathom {
namespace {

// Control tokens after which a chat turn is over, whatever the family. A model that opens the next
// turn, or the next file or repository of its training data, has ended its own.
constexpr std::array kEndTexts = {"<|im_end|>",    "<|endoftext|>", "<|eot_id|>",
                                  "<|eom_id|>",    "<|end|>",       "<|im_start|>",
                                  "<|repo_name|>", "<|file_sep|>",  "<|fim_pad|>"};

struct SpecialTokens {
  std::optional<TokenId> bos;
  std::optional<TokenId> eos;
  bool add_bos = false;
  std::vector<TokenId> end_of_generation;
};

class BpeTokenizer final : public Tokenizer {
 public:
  BpeTokenizer(BpeVocabulary vocabulary, WordSplitter splitter, SpecialTokens special)
      : table_(std::move(vocabulary.table)),
        control_tokens_(std::move(vocabulary.control_tokens)),
        merger_(vocabulary.byte_tokens, vocabulary.rules),
        splitter_(splitter),
        special_(std::move(special)) {}

  std::vector<TokenId> Encode(std::string_view text) const override {
    std::vector<TokenId> ids;
    ids.reserve(text.size() / 3 + 4);
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = splitter_(text, begin);
      FATHOM_ASSERT(end > begin && end <= text.size());
      merger_.Merge(text.substr(begin, end - begin), &ids);
      begin = end;
    }
    return ids;
  }

  std::string_view TokenBytes(TokenId id) const override {
    FATHOM_ASSERT(id >= 0 && id < table_.size());
    return table_.Bytes(id);
  }

  int64_t vocabulary_size() const override { return table_.size(); }

  std::optional<TokenId> FindControlToken(std::string_view text) const override {
    const auto found = control_tokens_.find(std::string(text));
    if (found == control_tokens_.end()) return std::nullopt;
    return found->second;
  }

  std::optional<TokenId> bos() const override { return special_.bos; }
  std::optional<TokenId> eos() const override { return special_.eos; }
  bool add_bos() const override { return special_.add_bos; }
  const std::vector<TokenId>& end_of_generation() const override {
    return special_.end_of_generation;
  }

 private:
  TokenTable table_;
  std::unordered_map<std::string, TokenId> control_tokens_;
  BytePairMerger merger_;
  WordSplitter splitter_;
  SpecialTokens special_;
};

// An optional `tokenizer.ggml.NAME_token_id`, checked against the vocabulary.
Result<std::optional<TokenId>> ReadSpecialId(const GgufFile& file, std::string_view name,
                                             int64_t vocabulary) {
  const std::string key = "tokenizer.ggml." + std::string(name) + "_token_id";
  if (file.Find(key) == nullptr) return std::optional<TokenId>();
  FATHOM_ASSIGN_OR_RETURN(const uint32_t id, file.GetU32(key));
  if (id >= vocabulary) {
    return file.Corrupt(key + " is " + std::to_string(id) + ", but there are only " +
                        std::to_string(vocabulary) + " tokens");
  }
  return std::optional<TokenId>(static_cast<TokenId>(id));
}

Result<bool> ReadFlag(const GgufFile& file, std::string_view key) {
  if (file.Find(key) == nullptr) return false;
  return file.GetBool(key);
}

Result<SpecialTokens> ReadSpecialTokens(const GgufFile& file, const BpeVocabulary& vocabulary) {
  SpecialTokens special;
  const int64_t size = vocabulary.table.size();
  const auto ends_turn = [&](std::optional<TokenId> id) {
    if (id && !std::count(special.end_of_generation.begin(), special.end_of_generation.end(), *id))
      special.end_of_generation.push_back(*id);
  };
  FATHOM_ASSIGN_OR_RETURN(special.bos, ReadSpecialId(file, "bos", size));
  FATHOM_ASSIGN_OR_RETURN(special.eos, ReadSpecialId(file, "eos", size));
  ends_turn(special.eos);
  for (const char* name : {"eot", "eom"}) {
    FATHOM_ASSIGN_OR_RETURN(const std::optional<TokenId> id, ReadSpecialId(file, name, size));
    ends_turn(id);
  }
  for (const char* name : {"unknown", "padding", "seperator", "cls", "mask"}) {  // GGUF's spelling
    FATHOM_RETURN_IF_ERROR(ReadSpecialId(file, name, size));
  }
  for (const char* text : kEndTexts) {
    const auto found = vocabulary.control_tokens.find(text);
    if (found != vocabulary.control_tokens.end()) ends_turn(found->second);
  }
  FATHOM_ASSIGN_OR_RETURN(special.add_bos, ReadFlag(file, "tokenizer.ggml.add_bos_token"));
  if (special.add_bos && !special.bos) {
    return file.Corrupt("tokenizer.ggml.add_bos_token is set, but there is no bos_token_id");
  }
  return special;
}

Result<WordSplitter> ReadWordSplitter(const GgufFile& file) {
  FATHOM_ASSIGN_OR_RETURN(const std::string model, file.GetString("tokenizer.ggml.model"));
  if (model != "gpt2") {
    return file.Unsupported("the tokenizer's model is " + Quoted(model) +
                            "; fathom reads 'gpt2' (byte-level BPE: Qwen, SmolLM2)");
  }
  if (file.Find("tokenizer.ggml.pre") == nullptr) {
    return file.Unsupported(
        "tokenizer.ggml.pre is missing (an old conversion): without it text "
        "would be cut wrongly; convert the model anew. Known: " +
        KnownWordSplitters());
  }
  FATHOM_ASSIGN_OR_RETURN(const std::string pre, file.GetString("tokenizer.ggml.pre"));
  const WordSplitter splitter = FindWordSplitter(pre);
  if (splitter == nullptr) {
    return file.Unsupported("the pre-tokenizer is " + Quoted(pre) + "; fathom knows " +
                            KnownWordSplitters());
  }
  return splitter;
}

}  // namespace

Result<std::unique_ptr<Tokenizer>> Tokenizer::Load(const GgufFile& file) {
  FATHOM_ASSIGN_OR_RETURN(const WordSplitter splitter, ReadWordSplitter(file));
  FATHOM_ASSIGN_OR_RETURN(BpeVocabulary vocabulary, ReadBpeVocabulary(file));
  FATHOM_ASSIGN_OR_RETURN(SpecialTokens special, ReadSpecialTokens(file, vocabulary));
  FATHOM_ASSIGN_OR_RETURN(const bool add_eos, ReadFlag(file, "tokenizer.ggml.add_eos_token"));
  if (add_eos) {
    return file.Unsupported(
        "tokenizer.ggml.add_eos_token is set (an embedding model?); fathom "
        "needs a chat model");
  }
  return std::unique_ptr<Tokenizer>(
      new BpeTokenizer(std::move(vocabulary), splitter, std::move(special)));
}

}  // namespace fathom
