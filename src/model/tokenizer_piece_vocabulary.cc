#include "model/tokenizer_piece_vocabulary.h"

#include <cmath>
#include <optional>
#include <string>

#include "model/quoted.h"
#include "model/tokenizer_pieces.h"

namespace fathom {
namespace {

constexpr TokenId kNoToken = -1;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// "<0x0A>" is 10; nothing but two upper-case hexadecimal digits will do.
std::optional<uint8_t> ParseByteToken(std::string_view text) {
  if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') return std::nullopt;
  const int high = HexDigit(text[3]), low = HexDigit(text[4]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<uint8_t>(high * 16 + low);
}

class PieceReader {
 public:
  // Both are borrowed for life.
  PieceReader(const GgufFile& file, const std::vector<std::string>& tokens)
      : file_(file), tokens_(tokens), index_(tokens.size()) {}

  Result<PieceVocabulary> Read() {
    FATHOM_ASSIGN_OR_RETURN(const auto* types, List<int32_t>("tokenizer.ggml.token_type"));
    FATHOM_ASSIGN_OR_RETURN(const auto* scores, List<float>("tokenizer.ggml.scores"));
    vocabulary_.scores = *scores;
    vocabulary_.byte_tokens.fill(kNoToken);
    for (size_t id = 0; id < tokens_.size(); ++id) {
      FATHOM_RETURN_IF_ERROR(
          AddToken(static_cast<TokenId>(id), static_cast<TokenType>((*types)[id])));
    }
    for (int byte = 0; byte < 256; ++byte) {
      if (vocabulary_.byte_tokens[byte] != kNoToken) continue;
      return file_.Corrupt("the vocabulary has no token of the type 6 for the byte " +
                           std::to_string(byte) + "; it needs <0x00> to <0xFF>");
    }
    return std::move(vocabulary_);
  }

 private:
  // An array with one entry for every token.
  template <typename T>
  Result<const std::vector<T>*> List(const std::string& key) {
    FATHOM_ASSIGN_OR_RETURN(const std::vector<T>* list, file_.GetArray<T>(key));
    if (list->size() == tokens_.size()) return list;
    return file_.Corrupt(key + " has " + std::to_string(list->size()) + " entries for " +
                         std::to_string(tokens_.size()) + " tokens");
  }

  Status AddToken(TokenId id, TokenType type) {
    switch (type) {
      case TokenType::kNormal: return AddNormal(id);
      case TokenType::kByte: return AddByte(id);
      case TokenType::kControl: vocabulary_.table.Add(""); return AddControl(id);
      case TokenType::kUserDefined: return AddUserDefined(id);
      case TokenType::kUnknown:
      case TokenType::kUnused: vocabulary_.table.Add(""); return {};
    }
    return Wrong(id, "has the type " + std::to_string(static_cast<int32_t>(type)) +
                         "; the types are 1 to 6");
  }

  Status AddNormal(TokenId id) {
    if (!std::isfinite(vocabulary_.scores[id])) return Wrong(id, "has a score that is no number");
    const std::string& text = tokens_[id];
    vocabulary_.table.Add(BlanksForMarks(text));
    // SentencePiece writes every blank of a text as the mark, so it never meets a piece with one.
    if (text.empty() || text.find(' ') != std::string::npos) return {};
    if (!index_.Insert(tokens_, id)) return Wrong(id, "stands twice in the vocabulary");
    vocabulary_.pieces.push_back(id);
    return {};
  }

  Status AddByte(TokenId id) {
    const std::optional<uint8_t> byte = ParseByteToken(tokens_[id]);
    if (!byte) return Wrong(id, "has the type 6, a byte, but is not written <0x00> to <0xFF>");
    if (vocabulary_.byte_tokens[*byte] != kNoToken) {
      return Wrong(id, "stands twice in the vocabulary");
    }
    vocabulary_.byte_tokens[*byte] = id;
    vocabulary_.table.Add(std::string(1, static_cast<char>(*byte)));
    return {};
  }

  Status AddUserDefined(TokenId id) {
    const std::string& text = tokens_[id];
    vocabulary_.table.Add(text);
    if (!text.empty() && !IsTurnMarker(text)) vocabulary_.literals.push_back(id);
    return AddControl(id);
  }

  Status AddControl(TokenId id) {
    if (vocabulary_.control_tokens.emplace(tokens_[id], id).second) return {};
    return Wrong(id, "stands twice in the vocabulary");
  }

  Error Wrong(TokenId id, const std::string& what) const {
    return file_.Corrupt("token " + std::to_string(id) + ", " + Quoted(tokens_[id]) + ", " + what);
  }

  const GgufFile& file_;
  const std::vector<std::string>& tokens_;
  PieceVocabulary vocabulary_;
  TokenIndex index_;  // reachable normal tokens by their text in the file
};

}  // namespace

Result<PieceVocabulary> ReadPieceVocabulary(const GgufFile& file) {
  FATHOM_ASSIGN_OR_RETURN(const std::vector<std::string>* tokens,
                          file.GetArray<std::string>("tokenizer.ggml.tokens"));
  return PieceReader(file, *tokens).Read();
}

}  // namespace fathom
