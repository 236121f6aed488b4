#include "model/tokenizer_vocabulary.h"

#include "model/quoted.h"

namespace fathom {
namespace {

// Byte-level BPE writes each byte as one printable character: bytes that are printable in Latin-1
// stand for themselves, the other 68, in order, for U+0100, U+0101, ... (a blank is U+0120 'Ġ').
class ByteAlphabet {
 public:
  ByteAlphabet() {
    byte_of_.fill(-1);
    int next = 256;
    for (int byte = 0; byte < 256; ++byte) {
      const bool printable =
          (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
      byte_of_[printable ? byte : next++] = static_cast<int16_t>(byte);
    }
  }

  // Replaces `bytes` by the bytes that `text` stands for; false if a character is not in the
  // alphabet (whose characters take one or two bytes of UTF-8).
  bool Decode(std::string_view text, std::string* bytes) const {
    bytes->clear();
    for (size_t i = 0; i < text.size(); ++i) {
      unsigned c = static_cast<uint8_t>(text[i]);
      if (c >= 0x80) {
        if (c < 0xC2 || c > 0xDF || i + 1 == text.size()) return false;
        const unsigned second = static_cast<uint8_t>(text[++i]);
        if ((second & 0xC0) != 0x80) return false;
        c = (c & 0x1F) << 6 | (second & 0x3F);
      }
      if (c >= byte_of_.size() || byte_of_[c] < 0) return false;
      bytes->push_back(static_cast<char>(byte_of_[c]));
    }
    return true;
  }

 private:
  std::array<int16_t, 256 + 68> byte_of_;  // by code point
};

class VocabularyReader {
 public:
  // Both are borrowed for life.
  VocabularyReader(const GgufFile& file, const std::vector<std::string>& tokens, bool with_words)
      : file_(file), tokens_(tokens), index_(tokens.size()) {
    if (with_words) vocabulary_.words.emplace(tokens.size());
  }

  Result<BpeVocabulary> Read() {
    FATHOM_ASSIGN_OR_RETURN(const std::vector<int32_t>* types,
                            file_.GetArray<int32_t>("tokenizer.ggml.token_type"));
    if (types->size() != tokens_.size()) {
      return file_.Corrupt("tokenizer.ggml.token_type has " + std::to_string(types->size()) +
                           " entries for " + std::to_string(tokens_.size()) + " tokens");
    }
    vocabulary_.byte_tokens.fill(BytePairMerger::kNoToken);
    for (size_t id = 0; id < tokens_.size(); ++id) {
      FATHOM_RETURN_IF_ERROR(
          AddToken(static_cast<TokenId>(id), tokens_[id], static_cast<TokenType>((*types)[id])));
    }
    FATHOM_RETURN_IF_ERROR(ReadMerges());
    return std::move(vocabulary_);
  }

 private:
  Status AddToken(TokenId id, const std::string& text, TokenType type) {
    switch (type) {
      case TokenType::kNormal: return AddNormal(id, text);
      case TokenType::kControl: vocabulary_.table.Add(""); return AddControl(id, text);
      case TokenType::kUserDefined: vocabulary_.table.Add(text); return AddControl(id, text);
      case TokenType::kUnknown:
      case TokenType::kUnused: vocabulary_.table.Add(""); return {};
      case TokenType::kByte: break;
    }
    return file_.Corrupt(TokenName(id, text) + " has the type " +
                         std::to_string(static_cast<int32_t>(type)) +
                         "; a byte-level vocabulary knows 1 to 5");
  }

  Status AddNormal(TokenId id, const std::string& text) {
    if (!alphabet_.Decode(text, &bytes_)) {
      return file_.Corrupt(TokenName(id, text) + " has characters outside the byte alphabet");
    }
    if (!index_.Insert(tokens_, id)) {
      return file_.Corrupt(TokenName(id, text) + " stands twice in the vocabulary");
    }
    if (bytes_.size() == 1) vocabulary_.byte_tokens[static_cast<uint8_t>(bytes_[0])] = id;
    vocabulary_.table.Add(bytes_);
    if (vocabulary_.words) vocabulary_.words->Insert(vocabulary_.table, id);
    return {};
  }

  Status AddControl(TokenId id, const std::string& text) {
    if (!vocabulary_.control_tokens.emplace(text, id).second) {
      return file_.Corrupt(TokenName(id, text) + " stands twice in the vocabulary");
    }
    return {};
  }

  Status ReadMerges() {
    FATHOM_ASSIGN_OR_RETURN(const std::vector<std::string>* merges,
                            file_.GetArray<std::string>("tokenizer.ggml.merges"));
    vocabulary_.rules.reserve(merges->size());
    for (size_t i = 0; i < merges->size(); ++i) {
      const std::optional<MergeRule> rule = ParseMerge((*merges)[i]);
      if (!rule) {
        return file_.Corrupt("merge " + std::to_string(i) + ", " + Quoted((*merges)[i]) +
                             ", is not two tokens of the vocabulary that make a third");
      }
      vocabulary_.rules.push_back(*rule);
    }
    return {};
  }

  // "left right": one blank, which is not in the byte alphabet, between two tokens.
  std::optional<MergeRule> ParseMerge(std::string_view merge) {
    const size_t blank = merge.find(' ');
    if (blank == std::string_view::npos || blank == 0 || blank + 1 == merge.size()) return {};
    const std::optional<TokenId> left = index_.Find(tokens_, merge.substr(0, blank));
    const std::optional<TokenId> right = index_.Find(tokens_, merge.substr(blank + 1));
    bytes_.assign(merge);
    bytes_.erase(blank, 1);
    const std::optional<TokenId> result = index_.Find(tokens_, bytes_);
    if (!left || !right || !result) return {};
    return MergeRule{*left, *right, *result};
  }

  static std::string TokenName(TokenId id, std::string_view text) {
    return "token " + std::to_string(id) + ", " + Quoted(text) + ",";
  }

  const GgufFile& file_;
  const std::vector<std::string>& tokens_;
  const ByteAlphabet alphabet_;
  BpeVocabulary vocabulary_;
  TokenIndex index_;   // normal tokens by their text in the file
  std::string bytes_;  // scratch
};

}  // namespace

Result<BpeVocabulary> ReadBpeVocabulary(const GgufFile& file, bool with_words) {
  FATHOM_ASSIGN_OR_RETURN(const std::vector<std::string>* tokens,
                          file.GetArray<std::string>("tokenizer.ggml.tokens"));
  return VocabularyReader(file, *tokens, with_words).Read();
}

}  // namespace fathom
