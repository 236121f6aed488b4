// libFuzzer target: any bytes as the text of a row, with every pre-tokenizer and a vocabulary of
// the 256 bytes and some merges, and with pieces of SentencePiece. Tokens must be in range and give
// back exactly the text.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/tokenizer_bpe.h"
#include "model/tokenizer_literals.h"
#include "model/tokenizer_pieces.h"
#include "model/tokenizer_split.h"

namespace {

// Token b is the byte b; every pair of the text's likely bytes merges, and the results once more.
struct Vocabulary {
  std::array<fathom::TokenId, 256> byte_tokens;
  std::vector<fathom::MergeRule> rules;
  std::vector<std::string> bytes;

  Vocabulary() {
    for (int b = 0; b < 256; ++b) {
      byte_tokens[b] = b;
      bytes.emplace_back(1, static_cast<char>(b));
    }
    constexpr std::string_view kLikely = " \nae1't\xC3\xA9\xE4\xB8\xAD";
    for (const char a : kLikely) {
      for (const char b : kLikely) Add(static_cast<uint8_t>(a), static_cast<uint8_t>(b));
    }
    const auto pairs = static_cast<fathom::TokenId>(bytes.size());
    for (fathom::TokenId id = 256; id < pairs; id += 7) Add(id, 256 + id % (pairs - 256));
  }

  void Add(fathom::TokenId left, fathom::TokenId right) {
    rules.push_back({left, right, static_cast<fathom::TokenId>(bytes.size())});
    bytes.push_back(bytes[left] + bytes[right]);
  }
};

// The same as pieces and literals: all pairs are pieces, with scores that often tie.
struct Pieces {
  fathom::TokenTable table;
  std::vector<float> scores;
  std::vector<fathom::TokenId> pieces, literals;

  explicit Pieces(const Vocabulary& vocabulary) {
    std::set<std::string> seen;
    for (const std::string& bytes : vocabulary.bytes) {
      const auto id = static_cast<fathom::TokenId>(scores.size());
      table.Add(bytes);
      scores.push_back(static_cast<float>(id % 17));
      if (id < 256 || !seen.insert(bytes).second) continue;
      (id % 13 == 0 ? literals : pieces).push_back(id);
    }
  }
};

void CheckBytePairs(const Vocabulary& vocabulary, std::string_view text) {
  static const fathom::BytePairMerger merger(vocabulary.byte_tokens, vocabulary.rules);
  for (const char* pre : {"qwen2", "smollm", "llama-bpe"}) {
    const fathom::WordSplitter split = fathom::FindPreTokenizer(pre)->split;
    std::string back;
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = split(text, begin);
      if (end <= begin || end > text.size()) std::abort();
      std::vector<fathom::TokenId> ids;
      merger.Merge(text.substr(begin, end - begin), &ids);
      for (const fathom::TokenId id : ids) back += vocabulary.bytes.at(id);
      begin = end;
    }
    if (back != text) std::abort();
  }
}

void CheckPieces(const Vocabulary& vocabulary, std::string_view text) {
  static const Pieces pieces(vocabulary);
  static const fathom::PieceMerger merger(pieces.table, pieces.scores, pieces.pieces,
                                          vocabulary.byte_tokens);
  static const fathom::LiteralMatcher matcher(pieces.table, pieces.literals);
  std::vector<fathom::TokenId> ids;
  size_t begin = 0;
  while (const auto literal = matcher.Find(text, begin)) {
    if (literal->begin < begin || literal->end <= literal->begin) std::abort();
    merger.Merge(text.substr(begin, literal->begin - begin), &ids);
    ids.push_back(literal->id);
    begin = literal->end;
  }
  merger.Merge(text.substr(begin), &ids);
  std::string back;
  for (const fathom::TokenId id : ids) back += vocabulary.bytes.at(id);
  if (back != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Vocabulary vocabulary;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckBytePairs(vocabulary, text);
  CheckPieces(vocabulary, text);
  return 0;
}
