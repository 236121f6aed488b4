// Goal: merging gives what the definition gives: the highest score first, then the leftmost.
// Method: random pieces and texts against the definition carried out step by step; texts below and
// above the length at which the algorithm changes; vocabularies with and without pieces over words.
#include "model/tokenizer_pieces.h"

#include <gmock/gmock.h>

#include <map>
#include <optional>
#include <random>
#include <string>

#include "model/unicode.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TokenId kFirstByte = 1000;  // the token of byte b is kFirstByte + b

// Pieces with their scores, ids from 0 on.
class Pieces {
 public:
  explicit Pieces(const std::vector<std::pair<std::string, float>>& pieces) {
    std::vector<TokenId> ids;
    std::vector<float> scores;
    for (const auto& [text, score] : pieces) {
      ids.push_back(static_cast<TokenId>(ids.size()));
      scores.push_back(score);
      table_.Add(text);
      by_text_[text] = {ids.back(), score};
    }
    for (int b = 0; b < 256; ++b) bytes_[b] = kFirstByte + b;
    merger_.emplace(table_, scores, ids, bytes_);
  }

  std::vector<TokenId> Merge(std::string_view text) const {
    std::vector<TokenId> out;
    merger_->Merge(text, &out);
    return out;
  }

  // The definition: look at all neighbours, merge two, begin again.
  std::vector<TokenId> MergeByDefinition(std::string_view text) const {
    std::vector<std::string> symbols;
    for (size_t at = 0; at < text.size(); at += symbols.back().size()) {
      symbols.emplace_back(text.substr(at, CharAt(text, at).bytes));
    }
    for (;;) {
      size_t best = symbols.size();
      for (size_t i = 0; i + 1 < symbols.size(); ++i) {
        if (!by_text_.contains(symbols[i] + symbols[i + 1])) continue;
        if (best == symbols.size() || UnionScore(symbols, i) > UnionScore(symbols, best)) best = i;
      }
      if (best == symbols.size()) break;
      symbols[best] += symbols[best + 1];
      symbols.erase(symbols.begin() + static_cast<int64_t>(best) + 1);
    }
    std::vector<TokenId> ids;
    for (const std::string& symbol : symbols) {
      if (by_text_.contains(symbol)) {
        ids.push_back(by_text_.at(symbol).first);
      } else {
        for (const char c : symbol) ids.push_back(kFirstByte + static_cast<uint8_t>(c));
      }
    }
    return ids;
  }

 private:
  float UnionScore(const std::vector<std::string>& symbols, size_t left) const {
    return by_text_.at(symbols[left] + symbols[left + 1]).second;
  }

  TokenTable table_;
  std::array<TokenId, 256> bytes_;
  std::map<std::string, std::pair<TokenId, float>> by_text_;
  std::optional<PieceMerger> merger_;
};

TEST(PieceMerger, HighestScoreThenLeftmost) {
  const Pieces pieces({{"a", -9}, {"b", -9}, {"c", -9}, {"ab", -2}, {"bc", -1}, {"aa", -3}});
  EXPECT_THAT(pieces.Merge("abc"), ElementsAre(0, 4));
  EXPECT_THAT(pieces.Merge("ab"), ElementsAre(3));
  EXPECT_THAT(pieces.Merge("aaa"), ElementsAre(5, 0));
  EXPECT_THAT(pieces.Merge(""), IsEmpty());
}

// Two characters may be a piece although one of them alone is none.
TEST(PieceMerger, CharactersWithoutAPiece) {
  const Pieces pieces({{"a", -1}, {"ax", -2}});
  EXPECT_THAT(pieces.Merge("axa"), ElementsAre(1, 0));
  EXPECT_THAT(pieces.Merge("xa"), ElementsAre(kFirstByte + 'x', 0));
  EXPECT_THAT(pieces.Merge("\xC3\xA9"), ElementsAre(kFirstByte + 0xC3, kFirstByte + 0xA9));
}

TEST(PieceMerger, PiecesMayReachOverWords) {
  const Pieces pieces({{" ", -5}, {"a", -5}, {"b", -5}, {"a b", -1}, {"a ", -2}});
  EXPECT_THAT(pieces.Merge("a b"), ElementsAre(3));
  EXPECT_THAT(pieces.Merge("a a b"), ElementsAre(4, 3));
}

TEST(PieceMerger, BlanksForMarks) {
  EXPECT_EQ(BlanksForMarks(""), "");
  EXPECT_EQ(BlanksForMarks("\xE2\x96\x81"
                           "a\xE2\x96\x81\xE2\x96\x81"),
            " a  ");
  EXPECT_EQ(BlanksForMarks("\xE2\x96\x82 \xE2\x96"), "\xE2\x96\x82 \xE2\x96");
}

std::string RandomText(size_t length, bool with_blanks, std::mt19937* random) {
  static const std::vector<std::string> kCharacters = {"a", "b", "c", "\xC3\xA9", "\xFF", " "};
  std::string text;
  for (size_t i = 0; i < length; ++i) {
    text += kCharacters[(*random)() % (kCharacters.size() - (with_blanks ? 0 : 1))];
  }
  return text;
}

TEST(PieceMerger, AgreesWithItsDefinition) {
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round) {
    std::map<std::string, float> pieces;
    const bool over_words = round % 2 == 0;
    const size_t count = 1 + random() % 60;
    for (size_t i = 0; i < count; ++i) {
      std::string piece = RandomText(1 + random() % 4, over_words, &random);
      if (!over_words && random() % 2 == 0) piece.insert(0, random() % 3, ' ');
      pieces[piece] = -static_cast<float>(random() % 20);  // equal scores are frequent
    }
    const Pieces vocabulary({pieces.begin(), pieces.end()});
    const std::string text = RandomText(random() % 90, true, &random);
    ASSERT_EQ(vocabulary.Merge(text), vocabulary.MergeByDefinition(text)) << text;
  }
}

// A million characters without a blank, in well under a second: nothing is quadratic.
TEST(PieceMerger, LongWords) {
  std::vector<std::pair<std::string, float>> pieces;
  for (size_t length = 1; length <= 512; length *= 2) {
    pieces.emplace_back(std::string(length, 'a'), -static_cast<float>(length));
  }
  EXPECT_EQ(Pieces(pieces).Merge(std::string(1 << 20, 'a')).size(), (1 << 20) / 512);
}

}  // namespace
}  // namespace fathom
