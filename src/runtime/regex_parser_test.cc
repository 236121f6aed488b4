#include "runtime/regex_parser.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

struct Matches {
  RegexMatch match = RegexMatch::kWhole;
  TextForm form = TextForm::kPlain;

  bool operator()(const std::string& regex, const std::string& text) const {
    Expressions e;
    const Result<Expr> expr = ParseRegex(e, regex, match, form);
    EXPECT_TRUE(expr.ok()) << regex << ": " << (expr.ok() ? "" : expr.error().message);
    return expr.ok() && e.nullable(e.Derive(*expr, text));
  }
};

TEST(RegexParser, KnowsTheUsualSyntax) {
  const Matches matches;
  for (const auto& [regex, text] : std::vector<std::pair<std::string, std::string>>{
           {"a.c",
            "a\xE4\xB8\xAD"
            "c"},
           {"^abc$", "abc"},
           {"^a|b$", "b"},
           {"(?:ab)+?", "abab"},
           {"(?<year>\\d{4})-(\\d\\d)", "2024-02"},
           {"[^a-c\\d]{2,}", "xyz"},
           {"[\\w-]+", "a-b_1"},
           {"[a-]", "-"},
           {"[]a]|x", "x"},  // [] is no character at all
           {"\\x41\\u00e9\\u{1F600}", "A\xC3\xA9\xF0\x9F\x98\x80"},
           {"\\.\\*\\/\\\\", ".*/\\"},
           {"\\s\\S", " x"},
           {"a{0}", ""},
           {"", ""},
           {"x|", ""},
           {"}]", "}]"},
           {"\xE4\xB8\xAD+", "\xE4\xB8\xAD\xE4\xB8\xAD"},
       }) {
    EXPECT_TRUE(matches(regex, text)) << regex << " on " << text;
  }
  for (const auto& [regex, text] : std::vector<std::pair<std::string, std::string>>{
           {"a.c", "a\nc"},
           {"a.c",
            "a\xE4\xB8"
            "c"},
           {"abc", "abcd"},
           {"[^a-c\\d]{2,}", "x1"},
           {"\\d", "\xD9\xA3"},  // ARABIC-INDIC DIGIT THREE
           {"[^a]", "\xEF\xBF\xBD"},
           {"[^a]", std::string("\0", 1)},
       }) {
    EXPECT_FALSE(matches(regex, text)) << regex << " on " << text;
  }
}

TEST(RegexParser, SearchesWhereAnchorsDoNotHold) {
  const Matches matches{.match = RegexMatch::kAnywhere};
  EXPECT_TRUE(matches("b+", "abc"));
  EXPECT_TRUE(matches("^a", "abc"));
  EXPECT_TRUE(matches("c$", "abc"));
  EXPECT_TRUE(matches("^abc$", "abc"));
  EXPECT_FALSE(matches("^b", "abc"));
  EXPECT_FALSE(matches("b$", "abc"));
  EXPECT_TRUE(matches("^x|c$", "abc"));
}

TEST(RegexParser, DescribesWhatJsonStringsHold) {
  const Matches matches{.form = TextForm::kJsonString};
  EXPECT_TRUE(matches("a\"\\n.", "a\\\"\\nx"));
  EXPECT_FALSE(matches("a\"", "a\""));
  EXPECT_TRUE(matches("[^x]", "\\\\"));
}

TEST(RegexParser, ErrorsNamePositions) {
  for (const auto& [regex, code, part] :
       std::vector<std::tuple<std::string, ErrorCode, std::string>>{
           {"ab(", ErrorCode::kInvalidArgument, "position 3: a group has no ')'"},
           {"ab)", ErrorCode::kInvalidArgument, "no '('"},
           {"[ab", ErrorCode::kInvalidArgument, "no ']'"},
           {"*a", ErrorCode::kInvalidArgument, "position 1: there is nothing to repeat"},
           {"a**", ErrorCode::kInvalidArgument, "position 3: there is nothing to repeat"},
           {"a{2", ErrorCode::kInvalidArgument, "a count is written"},
           {"a{3,2}", ErrorCode::kInvalidArgument, "from many to few"},
           {"[z-a]", ErrorCode::kInvalidArgument, "from high to low"},
           {"\\xZZ", ErrorCode::kInvalidArgument, "hexadecimal"},
           {"\\uD800", ErrorCode::kInvalidArgument, "no character"},
           {"a\\", ErrorCode::kInvalidArgument, "a backslash ends it"},
           {"a\xFF", ErrorCode::kInvalidArgument, "not UTF-8 at byte 2"},
           {"ab(?=c)", ErrorCode::kUnsupported, "position 5: not supported: look-ahead"},
           {"(?<!c)", ErrorCode::kUnsupported, "look-behind"},
           {"(a)\\1", ErrorCode::kUnsupported, "back references"},
           {"\\bword", ErrorCode::kUnsupported, "word boundaries"},
           {"\\p{L}", ErrorCode::kUnsupported, "\\p"},
           {"(?i)a", ErrorCode::kUnsupported, "flags"},
           {"a^b", ErrorCode::kUnsupported, "^ and $"},
           {"(^a)", ErrorCode::kUnsupported, "^ and $"},
           {"a{20000}", ErrorCode::kUnsupported, "10,000"},
           {std::string(300, '(') + "a" + std::string(300, ')'), ErrorCode::kUnsupported, "nested"},
       }) {
    Expressions e;
    const Result<Expr> expr = ParseRegex(e, regex, RegexMatch::kWhole, TextForm::kPlain);
    ASSERT_FALSE(expr.ok()) << regex;
    EXPECT_EQ(expr.error().code, code) << expr.error().message;
    EXPECT_NE(expr.error().message.find(part), std::string::npos) << expr.error().message;
  }
}

}  // namespace
}  // namespace fathom
