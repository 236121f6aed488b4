#include "model/tokenizer.h"

#include <algorithm>
#include <utility>

#include "model/quoted.h"
#include "model/tokenizer_bpe.h"
#include "model/tokenizer_literals.h"
#include "model/tokenizer_piece_vocabulary.h"
#include "model/tokenizer_pieces.h"
#include "model/tokenizer_split.h"
#include "model/tokenizer_vocabulary.h"

namespace fathom {
namespace {

// What all kinds share: everything but how text becomes tokens.
class TableTokenizer : public Tokenizer {
 public:
  TableTokenizer(TokenTable table, ControlTokens control_tokens, SpecialTokens special)
      : table_(std::move(table)),
        control_tokens_(std::move(control_tokens)),
        special_(std::move(special)) {}

  std::string_view TokenBytes(TokenId id) const override {
    FATHOM_ASSERT(id >= 0 && id < table_.size());
    return table_[id];
  }

  int64_t vocabulary_size() const override { return table_.size(); }

  std::optional<TokenId> FindControlToken(std::string_view text) const override {
    const auto found = control_tokens_.find(std::string(text));
    if (found == control_tokens_.end()) return std::nullopt;
    return found->second;
  }

  std::string_view text_lead() const override { return ""; }
  std::optional<TokenId> bos() const override { return special_.bos; }
  std::optional<TokenId> eos() const override { return special_.eos; }
  bool add_bos() const override { return special_.add_bos; }
  const std::vector<TokenId>& end_of_generation() const override {
    return special_.end_of_generation;
  }

 protected:
  const TokenTable table_;

 private:
  const ControlTokens control_tokens_;
  const SpecialTokens special_;
};

class BpeTokenizer final : public TableTokenizer {
 public:
  BpeTokenizer(BpeVocabulary vocabulary, WordSplitter split, SpecialTokens special)
      : TableTokenizer(std::move(vocabulary.table), std::move(vocabulary.control_tokens),
                       std::move(special)),
        merger_(vocabulary.byte_tokens, vocabulary.rules),
        words_(std::move(vocabulary.words)),
        split_(split) {}

  std::vector<TokenId> Encode(std::string_view text) const override {
    std::vector<TokenId> ids;
    ids.reserve(text.size() / 3 + 4);
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = split_(text, begin);
      FATHOM_ASSERT(end > begin && end <= text.size());
      AppendWord(text.substr(begin, end - begin), &ids);
      begin = end;
    }
    return ids;
  }

 private:
  void AppendWord(std::string_view word, std::vector<TokenId>* ids) const {
    if (words_) {
      if (const std::optional<TokenId> id = words_->Find(table_, word)) return ids->push_back(*id);
    }
    merger_.Merge(word, ids);
  }

  const BytePairMerger merger_;
  const std::optional<TokenIndex> words_;
  const WordSplitter split_;
};

class PieceTokenizer final : public TableTokenizer {
 public:
  PieceTokenizer(PieceVocabulary vocabulary, std::string_view text_lead, SpecialTokens special)
      : TableTokenizer(std::move(vocabulary.table), std::move(vocabulary.control_tokens),
                       std::move(special)),
        merger_(table_, std::move(vocabulary.scores), vocabulary.pieces, vocabulary.byte_tokens),
        literals_(table_, std::move(vocabulary.literals)),
        text_lead_(text_lead) {}

  std::vector<TokenId> Encode(std::string_view text) const override {
    std::vector<TokenId> ids;
    ids.reserve(text.size() / 3 + 4);
    size_t begin = 0;
    while (const auto literal = literals_.Find(text, begin)) {
      AppendMerged(text.substr(begin, literal->begin - begin), &ids);
      ids.push_back(literal->id);
      begin = literal->end;
    }
    AppendMerged(text.substr(begin), &ids);
    return ids;
  }

  std::string_view text_lead() const override { return text_lead_; }

 private:
  void AppendMerged(std::string_view text, std::vector<TokenId>* ids) const {
    if (text.find(kBlankMark) == std::string_view::npos) return merger_.Merge(text, ids);
    merger_.Merge(BlanksForMarks(text), ids);
  }

  const PieceMerger merger_;
  const LiteralMatcher literals_;
  const std::string_view text_lead_;  // of static storage
};

Result<const PreTokenizer*> ReadPreTokenizer(const GgufFile& file) {
  if (file.Find("tokenizer.ggml.pre") == nullptr) {
    return file.Unsupported(
        "tokenizer.ggml.pre is missing (an old conversion): without it text "
        "would be cut wrongly; convert the model anew. Known: " +
        KnownPreTokenizers());
  }
  FATHOM_ASSIGN_OR_RETURN(const std::string name, file.GetString("tokenizer.ggml.pre"));
  const PreTokenizer* pre = FindPreTokenizer(name);
  if (pre == nullptr) {
    return file.Unsupported("the pre-tokenizer is " + Quoted(name) + "; fathom knows " +
                            KnownPreTokenizers());
  }
  return pre;
}

Result<std::unique_ptr<Tokenizer>> LoadBytePairs(const GgufFile& file) {
  FATHOM_ASSIGN_OR_RETURN(const PreTokenizer* pre, ReadPreTokenizer(file));
  FATHOM_ASSIGN_OR_RETURN(BpeVocabulary vocabulary, ReadBpeVocabulary(file, pre->ignore_merges));
  FATHOM_ASSIGN_OR_RETURN(SpecialTokens special,
                          ReadSpecialTokens(file, vocabulary.table.size(),
                                            vocabulary.control_tokens, pre->add_bos_default));
  return std::unique_ptr<Tokenizer>(
      new BpeTokenizer(std::move(vocabulary), pre->split, std::move(special)));
}

Result<std::unique_ptr<Tokenizer>> LoadSentencePiece(const GgufFile& file) {
  FATHOM_ASSIGN_OR_RETURN(PieceVocabulary vocabulary, ReadPieceVocabulary(file));
  FATHOM_ASSIGN_OR_RETURN(
      SpecialTokens special,
      ReadSpecialTokens(file, vocabulary.table.size(), vocabulary.control_tokens, true));
  FATHOM_ASSIGN_OR_RETURN(const bool space_prefix,
                          ReadFlag(file, "tokenizer.ggml.add_space_prefix", true));
  // A row that spells the end of its turn must not end it, even if the file calls that token text.
  std::erase_if(vocabulary.literals, [&](TokenId id) {
    return id == special.bos || std::ranges::count(special.end_of_generation, id) > 0;
  });
  return std::unique_ptr<Tokenizer>(
      new PieceTokenizer(std::move(vocabulary), space_prefix ? " " : "", std::move(special)));
}

}  // namespace

Result<std::unique_ptr<Tokenizer>> Tokenizer::Load(const GgufFile& file) {
  FATHOM_ASSIGN_OR_RETURN(const std::string model, file.GetString("tokenizer.ggml.model"));
  if (model == "gpt2") return LoadBytePairs(file);
  if (model == "llama") return LoadSentencePiece(file);
  return file.Unsupported("the tokenizer's model is " + Quoted(model) +
                          "; fathom reads 'gpt2' (byte-level BPE: Qwen, SmolLM2, Llama 3) and "
                          "'llama' (SentencePiece BPE: Gemma, Mistral, Phi-3)");
}

}  // namespace fathom
