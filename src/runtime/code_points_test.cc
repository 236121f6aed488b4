#include "runtime/code_points.h"

#include <gtest/gtest.h>

#include "base/utf8_scan.h"

namespace fathom {
namespace {

// `c` as UTF-8; also what are surrogates and beyond U+10FFFF.
std::string Utf8Of(char32_t c) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | c >> 6), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0 | c >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | c >> 18), tail(12), tail(6), tail(0)};
}

bool Has(const CodePoints& set, char32_t c) {
  for (const CodePoints::Range& range : set.ranges()) {
    if (range.low <= c && c <= range.high) return true;
  }
  return false;
}

TEST(CodePoints, EveryCharacterIsInItsSetOnly) {
  const CodePoints sets[] = {
      CodePoints::AnyText(),
      {{0, 0x10FFFF}},
      {{'a', 'z'}, {0x7F, 0x80}, {0x7FF, 0x800}, {0xFFFF, 0x10000}},
      {{0x4E2D, 0x4E2D}, {0x6587, 0x9FFF}, {0x1F600, 0x1F64F}},
      CodePoints::AnyText().Minus({{'0', '9'}, {0x3000, 0x4DFF}, {0xD000, 0xE100}}),
  };
  for (const CodePoints& set : sets) {
    Expressions e;
    const Expr expr = OneOf(e, set, TextForm::kPlain);
    for (char32_t c = 0; c < 0x110100; c += c < 0x11000 ? 1 : 61) {
      const bool whole = e.nullable(e.Derive(expr, Utf8Of(c)));
      ASSERT_EQ(whole, Has(set, c)) << std::hex << static_cast<uint32_t>(c);
      if (whole) {
        ASSERT_EQ(ScanUtf8(Utf8Of(c)).valid_bytes, Utf8Of(c).size());
      }
    }
  }
}

TEST(CodePoints, JsonHasOneFormForEachCharacter) {
  Expressions e;
  const Expr expr = OneOf(e, {{0, 0x10FFFF}}, TextForm::kJsonString);
  for (const char* form : {"a", "\\\"", "\\\\", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0000",
                           "\\u001f", "/", "\x7F", "\xE4\xB8\xAD"}) {
    EXPECT_TRUE(e.nullable(e.Derive(expr, form))) << form;
  }
  for (const char* form : {"\"", "\\", "\n", "\\/", "\\u000a", "\\u001F", "\\u0041", "\xE4\xB8"}) {
    EXPECT_FALSE(e.nullable(e.Derive(expr, form))) << form;
  }
  EXPECT_TRUE(e.nullable(
      e.Derive(TextOf(e, "say \"\xC3\xA9\"\n", TextForm::kJsonString), "say \\\"\xC3\xA9\\\"\\n")));
}

TEST(CodePoints, SetsAreSets) {
  CodePoints set = {{'d', 'f'}, {'a', 'c'}, {'x', 'x'}};
  EXPECT_EQ(set.ranges(), (std::vector<CodePoints::Range>{{'a', 'f'}, {'x', 'x'}}));
  EXPECT_EQ(set.Minus({{'b', 'd'}, {'x', 'z'}}).ranges(),
            (std::vector<CodePoints::Range>{{'a', 'a'}, {'e', 'f'}}));
  set.Add({0xD000, 0xF000});
  EXPECT_EQ(set.ranges().size(), 4u);  // surrogates are left out
}

}  // namespace
}  // namespace fathom
