// Goal: characters fall into the classes that regular expressions of pre-tokenizers mean, and any
// byte that is no UTF-8 is a character of its own.
#include "model/unicode.h"

#include <gtest/gtest.h>

#include <string>

namespace fathom {
namespace {

void ExpectChar(std::string_view text, CharClass char_class, int bytes) {
  const Char c = CharAt(text, 0);
  EXPECT_EQ(c.char_class, char_class) << text;
  EXPECT_EQ(c.bytes, bytes) << text;
}

TEST(Unicode, Classes) {
  ExpectChar("a", CharClass::kLetter, 1);
  ExpectChar("\xC3\xA9", CharClass::kLetter, 2);          // é
  ExpectChar("\xE4\xB8\xAD", CharClass::kLetter, 3);      // 中
  ExpectChar("\xF0\x90\x90\x80", CharClass::kLetter, 4);  // U+10400, a Deseret capital
  ExpectChar("\xCA\xB0", CharClass::kLetter, 2);          // ʰ, a modifier letter
  ExpectChar("7", CharClass::kNumber, 1);
  ExpectChar("\xC2\xBD", CharClass::kNumber, 2);      // ½
  ExpectChar("\xE2\x85\xA7", CharClass::kNumber, 3);  // Ⅷ
  ExpectChar("\xD9\xA3", CharClass::kNumber, 2);      // Arabic-Indic three
  ExpectChar("!", CharClass::kOther, 1);
  ExpectChar("\x7F", CharClass::kOther, 1);
  ExpectChar(std::string_view("\0", 1), CharClass::kOther, 1);
  ExpectChar("\xCC\x81", CharClass::kOther, 2);          // a combining accent
  ExpectChar("\xF0\x9F\x98\x80", CharClass::kOther, 4);  // an emoji
  ExpectChar("\xE2\x80\x8B", CharClass::kOther, 3);      // zero width space is no \s
}

TEST(Unicode, Spaces) {
  for (const char* space : {" ", "\t", "\v", "\f"}) ExpectChar(space, CharClass::kSpace, 1);
  ExpectChar("\n", CharClass::kNewline, 1);
  ExpectChar("\r", CharClass::kNewline, 1);
  ExpectChar("\xC2\x85", CharClass::kSpace, 2);      // next line
  ExpectChar("\xC2\xA0", CharClass::kSpace, 2);      // no-break space
  ExpectChar("\xE3\x80\x80", CharClass::kSpace, 3);  // ideographic space
  ExpectChar("\xE2\x80\xA8", CharClass::kSpace, 3);  // line separator
  ExpectChar("\xE2\x80\x8A", CharClass::kSpace, 3);  // hair space
  EXPECT_TRUE(CharAt("\r", 0).IsSpace());
  EXPECT_FALSE(CharAt("x", 0).IsSpace());
  EXPECT_FALSE(CharAt("", 0).IsSpace());
}

TEST(Unicode, BytesThatAreNoUtf8) {
  for (const char* bad : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE",
                          "\xFF", "\xC3", "\xC3x", "\xE4\xB8", "\xF0\x9F\x98"}) {
    ExpectChar(bad, CharClass::kOther, 1);
  }
}

TEST(Unicode, TheEnd) {
  EXPECT_EQ(CharAt("", 0).char_class, CharClass::kEnd);
  EXPECT_EQ(CharAt("ab", 2).bytes, 0);
  EXPECT_EQ(CharAt("ab", 7).char_class, CharClass::kEnd);
}

}  // namespace
}  // namespace fathom
