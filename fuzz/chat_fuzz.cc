// libFuzzer target: any bytes as a chat template and as the row that goes into it. Only the parts
// of a known family hold control tokens, and of those only the family's markers; a row becomes
// tokens of text that spell exactly the row, whatever markers it spells.
//
// Input: one byte, the vocabulary (of the five below, modulo), the template, NUL, the row.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/memory_file.h"
#include "model/chat_families.h"
#include "model/chat_template.h"
#include "model/gguf_test_util.h"
#include "model/tokenizer_pieces.h"
#include "model/tokenizer_test_util.h"

namespace fathom {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

Result<GgufFile> Open(const GgufBuilder& builder) {
  static MemoryFile memory;
  memory.Write(builder.Bytes());
  return GgufFile::Open(memory.path());
}

// The markers of all families.
std::set<std::string> Markers() {
  std::set<std::string> markers;
  for (const ChatFamily& family : kChatFamilies) {
    markers.insert(family.markers.begin(), family.markers.end());
  }
  markers.erase("");
  return markers;
}

enum TokenKind { kControl = 3, kUserDefined = 4 };  // GGUF's numbers

// The bytes, two merges towards a marker, the markers.
GgufBuilder BytePairs(const char* pre, TokenKind kind) {
  std::vector<std::string> tokens, merges = {"< |", "i m"};
  for (int byte = 0; byte < 256; ++byte) tokens.push_back(ByteLevelCharacter(byte));
  tokens.insert(tokens.end(), {"<|", "im"});
  std::vector<int32_t> types(tokens.size(), 1);
  for (const std::string& marker : Markers()) {
    tokens.push_back(marker);
    types.push_back(kind);
  }
  GgufBuilder builder;
  builder.Set("tokenizer.ggml.model", "gpt2")
      .Set("tokenizer.ggml.pre", pre)
      .SetArray("tokenizer.ggml.tokens", tokens)
      .SetArray("tokenizer.ggml.token_type", types)
      .SetArray("tokenizer.ggml.merges", merges)
      .Set("tokenizer.ggml.eos_token_id", static_cast<uint32_t>(tokens.size() - 1));
  return builder;
}

// The same of SentencePiece, with a literal that text may become.
GgufBuilder Pieces(TokenKind kind, bool space_prefix) {
  PieceLists lists = TinyPieces();
  for (const char* piece : {"<|", "im", "[INST", "</", "<|im", "<start_of_turn"}) {
    lists.Add(piece, static_cast<float>(-lists.tokens.size()));
  }
  lists.Add("<b>", 0, kUserDefined);
  for (const std::string& marker : Markers()) {
    if (marker != "</s>") lists.Add(marker, 0, kind);  // TinyPieces has it
  }
  GgufBuilder builder = PieceModel(lists);
  builder.Set("tokenizer.ggml.add_space_prefix", space_prefix);
  return builder;
}

struct Vocabulary {
  std::unique_ptr<Tokenizer> tokenizer;
  std::set<TokenId> forbidden;  // in a row: markers, what ends an answer, BOS

  explicit Vocabulary(const GgufBuilder& builder)
      : tokenizer(std::move(Tokenizer::Load(*Open(builder))).value()) {
    for (const std::string& marker : Markers()) {
      if (const auto id = tokenizer->FindControlToken(marker)) forbidden.insert(*id);
    }
    forbidden.insert(tokenizer->end_of_generation().begin(), tokenizer->end_of_generation().end());
    if (tokenizer->bos()) forbidden.insert(*tokenizer->bos());
  }
};

void CheckRow(const Vocabulary& vocabulary, const std::string& text) {
  const Tokenizer& tokenizer = *vocabulary.tokenizer;
  std::string back;
  for (const TokenId id : tokenizer.Encode(text)) {
    Require(id >= 0 && id < tokenizer.vocabulary_size() && !vocabulary.forbidden.contains(id));
    back += tokenizer.TokenBytes(id);
  }
  Require(BlanksForMarks(back) == BlanksForMarks(text));
}

void CheckPart(const Vocabulary& vocabulary, const ChatPart& part, const std::string& row) {
  static const std::set<std::string> markers = Markers();
  const Tokenizer& tokenizer = *vocabulary.tokenizer;
  for (const TokenId id : part.tokens) {
    Require(id >= 0 && id < tokenizer.vocabulary_size());
    if (!vocabulary.forbidden.contains(id)) continue;
    Require(std::ranges::any_of(markers, [&](const std::string& marker) {
      return tokenizer.FindControlToken(marker) == id;
    }));
  }
  Require(part.lead.empty() || part.lead == " ");
  CheckRow(vocabulary, part.lead + row);
}

void Check(const Vocabulary& vocabulary, const std::string& text, const std::string& row) {
  GgufBuilder builder;
  builder.Set("tokenizer.chat_template", text);
  const Result<ChatTokens> chat = LoadChatTemplate(*Open(builder), *vocabulary.tokenizer);
  if (!chat.ok()) {
    Require(!chat.error().message.empty());
    return CheckRow(vocabulary, row);
  }
  for (const ChatPart* part :
       {&chat->before_system, &chat->after_system, &chat->before_user_only, &chat->after_user}) {
    CheckPart(vocabulary, *part, row);
  }
}

}  // namespace
}  // namespace fathom

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::array<fathom::Vocabulary, 5> vocabularies = {
      fathom::Vocabulary(fathom::BytePairs("qwen2", fathom::kControl)),
      fathom::Vocabulary(fathom::BytePairs("llama-bpe", fathom::kUserDefined)),
      fathom::Vocabulary(fathom::Pieces(fathom::kControl, true)),
      fathom::Vocabulary(fathom::Pieces(fathom::kUserDefined, true)),
      fathom::Vocabulary(fathom::Pieces(fathom::kUserDefined, false))};
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::string_view text = input.substr(0, input.find('\0'));
  const std::string_view row = input.substr(std::min(input.size(), text.size() + 1));
  fathom::Check(vocabularies[data[0] % vocabularies.size()], std::string(text), std::string(row));
  return 0;
}
