// Goal: the longest literal at the leftmost place, for any literals.
// Method: hand-worked cases; random literals against trying all of them at every place.
#include "model/tokenizer_literals.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>

namespace fathom {
namespace {

class Literals {
 public:
  explicit Literals(std::vector<std::string> texts) : texts_(std::move(texts)) {
    std::vector<TokenId> ids;
    for (const std::string& text : texts_) {
      ids.push_back(static_cast<TokenId>(ids.size()));
      table_.Add(text);
    }
    matcher_.emplace(table_, ids);
  }

  // Literals in square brackets, the text between as it is.
  std::string Mark(std::string_view text) const {
    std::string marked;
    size_t begin = 0;
    while (const auto match = matcher_->Find(text, begin)) {
      EXPECT_EQ(text.substr(match->begin, match->end - match->begin), texts_[match->id]);
      marked +=
          std::string(text.substr(begin, match->begin - begin)) + "[" + texts_[match->id] + "]";
      begin = match->end;
    }
    return marked + std::string(text.substr(begin));
  }

  std::string MarkByDefinition(std::string_view text) const {
    std::string marked;
    for (size_t at = 0; at < text.size();) {
      std::string longest;
      for (const std::string& literal : texts_) {
        if (text.substr(at).starts_with(literal) && literal.size() > longest.size()) {
          longest = literal;
        }
      }
      marked += longest.empty() ? std::string(1, text[at]) : "[" + longest + "]";
      at += std::max<size_t>(longest.size(), 1);
    }
    return marked;
  }

 private:
  std::vector<std::string> texts_;
  TokenTable table_;
  std::optional<LiteralMatcher> matcher_;
};

TEST(LiteralMatcher, LongestAtTheLeftmostPlace) {
  const Literals literals({"\n", "\n\n", "\n\n\n", "<b>", "</b>", "<body>", "  "});
  EXPECT_EQ(literals.Mark(""), "");
  EXPECT_EQ(literals.Mark("plain text"), "plain text");
  EXPECT_EQ(literals.Mark("a\n\n\n\n\nb"), "a[\n\n\n][\n\n]b");
  EXPECT_EQ(literals.Mark("<b>bold</b><bo<body>"), "[<b>]bold[</b>]<bo[<body>]");
  EXPECT_EQ(literals.Mark("a   b"), "a[  ] b");
  EXPECT_EQ(literals.Mark("<b"), "<b");
}

TEST(LiteralMatcher, NoLiteralsAtAll) { EXPECT_EQ(Literals({}).Mark("text"), "text"); }

TEST(LiteralMatcher, BytesAbove127) {
  const Literals literals({"\xE4\xB8\xAD", "\xFF", std::string("\0", 1)});
  EXPECT_EQ(literals.Mark("a\xE4\xB8\xAD\xFF"), "a[\xE4\xB8\xAD][\xFF]");
  EXPECT_EQ(literals.Mark(std::string("\0\xE4\xB8", 3)), std::string("[\0]\xE4\xB8", 5));
}

TEST(LiteralMatcher, AgreesWithItsDefinition) {
  std::mt19937 random(3);
  const auto text_of = [&](size_t length) {
    std::string text(length, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> texts;
    while (texts.size() < 1 + random() % 12) texts.push_back(text_of(1 + random() % 5));
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    const Literals literals(texts);
    const std::string text = text_of(random() % 40);
    ASSERT_EQ(literals.Mark(text), literals.MarkByDefinition(text));
  }
}

}  // namespace
}  // namespace fathom
