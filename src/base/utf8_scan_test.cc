#include "base/utf8_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace fathom {
namespace {

TEST(ScanUtf8, WholeTextIsValid) {
  const std::string text = "a\xC3\xA9\xE4\xB8\x8D\xF0\x9F\x98\x80";
  const Utf8Scan scan = ScanUtf8(text);
  EXPECT_EQ(scan.valid_bytes, text.size());
  EXPECT_FALSE(scan.broken);
}

// Every proper beginning of a character is incomplete, not broken.
TEST(ScanUtf8, BeginningsOfCharactersAreIncomplete) {
  for (const std::string& character :
       {std::string("\xC3\xA9"), std::string("\xE4\xB8\x8D"), std::string("\xF0\x9F\x98\x80")}) {
    for (size_t bytes = 1; bytes < character.size(); ++bytes) {
      const Utf8Scan scan = ScanUtf8("ab" + character.substr(0, bytes));
      EXPECT_EQ(scan.valid_bytes, 2u);
      EXPECT_FALSE(scan.broken) << bytes;
    }
  }
}

TEST(ScanUtf8, MalformedBytesAreBroken) {
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5", "\xFF", "\xC3(", "\xE4\xB8(", "\xF0\x9F\x98("}) {
    const Utf8Scan scan = ScanUtf8(std::string("ok") + bad);
    EXPECT_EQ(scan.valid_bytes, 2u);
    EXPECT_TRUE(scan.broken);
  }
}

// Method: every code point, encoded by the definition, is whole; every surrogate is broken.
TEST(ScanUtf8, AllCodePoints) {
  for (uint32_t code = 0x800; code <= 0x10FFFF; ++code) {
    std::string text;
    if (code < 0x10000) {
      text = {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 63)),
              static_cast<char>(0x80 | (code & 63))};
    } else {
      text = {static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 63)),
              static_cast<char>(0x80 | (code >> 6 & 63)), static_cast<char>(0x80 | (code & 63))};
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    const Utf8Scan scan = ScanUtf8(text);
    ASSERT_EQ(scan.broken, surrogate) << std::hex << code;
    ASSERT_EQ(scan.valid_bytes, surrogate ? 0 : text.size()) << std::hex << code;
    const CodePoint read = ReadCodePoint(text, 0);
    ASSERT_EQ(read.value, surrogate ? 0xFFFDu : code);
    ASSERT_EQ(read.bytes, surrogate ? 1u : text.size());
  }
}

TEST(ScanUtf8, StartsWhereAsked) {
  EXPECT_EQ(ScanUtf8("\xFF"
                     "abc",
                     1)
                .valid_bytes,
            4u);
  EXPECT_EQ(ScanUtf8("abc", 3).valid_bytes, 3u);
}

TEST(ReadCodePoint, BrokenAndCutCharactersAreOneByte) {
  const std::string text = "a\xC3\xA9\xE4\xB8";
  EXPECT_EQ(ReadCodePoint(text, 0).value, U'a');
  EXPECT_EQ(ReadCodePoint(text, 1).value, 0xE9u);
  EXPECT_EQ(ReadCodePoint(text, 1).bytes, 2u);
  for (const size_t at : {2, 3, 4}) {
    EXPECT_EQ(ReadCodePoint(text, at).value, 0xFFFDu);
    EXPECT_EQ(ReadCodePoint(text, at).bytes, 1u);
  }
}

TEST(Utf8Floor, NeverCutsACharacter) {
  const std::string text =
      "a\xE4\xB8\x8D"
      "b";
  EXPECT_EQ(Utf8Floor(text, 0), 0u);
  EXPECT_EQ(Utf8Floor(text, 1), 1u);
  EXPECT_EQ(Utf8Floor(text, 2), 1u);
  EXPECT_EQ(Utf8Floor(text, 3), 1u);
  EXPECT_EQ(Utf8Floor(text, 4), 4u);
  EXPECT_EQ(Utf8Floor(text, 99), text.size());
}

}  // namespace
}  // namespace fathom
