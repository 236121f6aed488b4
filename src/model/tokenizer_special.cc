#include "model/tokenizer_special.h"

#include <algorithm>
#include <array>
#include <string>

namespace fathom {
namespace {

// Control tokens after which a chat turn is over, whatever the family. A model that opens the next
// turn, or the next file or repository of its training data, has ended its own.
constexpr std::array kEndTexts = {
    "<|im_end|>",    "<|endoftext|>", "<|eot_id|>",          "<|eom_id|>",      "<|end|>",
    "<end_of_turn>", "<|im_start|>",  "<|start_header_id|>", "<start_of_turn>", "<|end_of_text|>",
    "<|user|>",      "<|system|>",    "<|repo_name|>",       "<|file_sep|>",    "<|fim_pad|>"};
// Markers after which an answer begins or goes on, or that are something else in other models
// ("</s>" closes a tag of HTML for Gemma).
constexpr std::array kOtherMarkers = {"<|assistant|>", "<|end_header_id|>", "[INST]", "[/INST]",
                                      "</s>"};

// An optional `tokenizer.ggml.NAME_token_id`, checked against the vocabulary.
Result<std::optional<TokenId>> ReadSpecialId(const GgufFile& file, std::string_view name,
                                             int64_t vocabulary_size) {
  const std::string key = "tokenizer.ggml." + std::string(name) + "_token_id";
  if (file.Find(key) == nullptr) return std::optional<TokenId>();
  FATHOM_ASSIGN_OR_RETURN(const uint32_t id, file.GetU32(key));
  if (id >= vocabulary_size) {
    return file.Corrupt(key + " is " + std::to_string(id) + ", but there are only " +
                        std::to_string(vocabulary_size) + " tokens");
  }
  return std::optional<TokenId>(static_cast<TokenId>(id));
}

Status ReadFlags(const GgufFile& file, bool add_bos_default, SpecialTokens* special) {
  const bool absent = add_bos_default && special->bos;
  FATHOM_ASSIGN_OR_RETURN(special->add_bos, ReadFlag(file, "tokenizer.ggml.add_bos_token", absent));
  if (special->add_bos && !special->bos) {
    return file.Corrupt("tokenizer.ggml.add_bos_token is set, but there is no bos_token_id");
  }
  FATHOM_ASSIGN_OR_RETURN(const bool add_eos,
                          ReadFlag(file, "tokenizer.ggml.add_eos_token", false));
  if (add_eos) {
    return file.Unsupported(
        "tokenizer.ggml.add_eos_token is set (an embedding model?); fathom "
        "needs a chat model");
  }
  return {};
}

}  // namespace

Result<bool> ReadFlag(const GgufFile& file, std::string_view key, bool absent) {
  if (file.Find(key) == nullptr) return absent;
  return file.GetBool(key);
}

Result<SpecialTokens> ReadSpecialTokens(const GgufFile& file, int64_t vocabulary_size,
                                        const ControlTokens& control_tokens, bool add_bos_default) {
  SpecialTokens special;
  const auto ends_turn = [&](std::optional<TokenId> id) {
    if (id && !std::ranges::count(special.end_of_generation, *id)) {
      special.end_of_generation.push_back(*id);
    }
  };
  FATHOM_ASSIGN_OR_RETURN(special.bos, ReadSpecialId(file, "bos", vocabulary_size));
  FATHOM_ASSIGN_OR_RETURN(special.eos, ReadSpecialId(file, "eos", vocabulary_size));
  ends_turn(special.eos);
  for (const char* name : {"eot", "eom"}) {
    FATHOM_ASSIGN_OR_RETURN(const auto id, ReadSpecialId(file, name, vocabulary_size));
    ends_turn(id);
  }
  for (const char* name : {"unknown", "padding", "seperator", "cls", "mask"}) {  // GGUF's spelling
    FATHOM_RETURN_IF_ERROR(ReadSpecialId(file, name, vocabulary_size));
  }
  for (const char* text : kEndTexts) {
    const auto found = control_tokens.find(text);
    if (found != control_tokens.end()) ends_turn(found->second);
  }
  FATHOM_RETURN_IF_ERROR(ReadFlags(file, add_bos_default, &special));
  return special;
}

bool IsTurnMarker(std::string_view text) {
  return std::ranges::find(kEndTexts, text) != kEndTexts.end() ||
         std::ranges::find(kOtherMarkers, text) != kOtherMarkers.end();
}

}  // namespace fathom
