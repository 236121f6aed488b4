// Goal: columns of a table line up whatever is in them, and data cannot drive the terminal.
#include "cli/text_width.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(DisplayWidth, CountsTerminalColumns) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("不满意"), 6u);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1u);  // combining accent
  EXPECT_EQ(DisplayWidth("😀"), 2u);
  EXPECT_EQ(DisplayWidth("👩\u200D👩\u200D👧"), 2u);  // one family, joined
  EXPECT_EQ(DisplayWidth("🇩🇪🇫🇷"), 4u);             // two flags
  EXPECT_EQ(DisplayWidth("a\xFF\xFE"), 3u);
}

TEST(Truncate, KeepsWhatFits) {
  EXPECT_EQ(Truncate("abc", 3), "abc");
  EXPECT_EQ(Truncate("不满意", 6), "不满意");
}

TEST(Truncate, NeverCutsACharacter) {
  EXPECT_EQ(Truncate("abcd", 3), "ab…");
  EXPECT_EQ(Truncate("不满意", 5), "不满…");
  EXPECT_EQ(Truncate("不满意", 4), "不…");  // the second one would leave no room for the ellipsis
  EXPECT_EQ(Truncate("不满意", 1), "…");
  EXPECT_EQ(Truncate("e\u0301e\u0301e\u0301", 2), "e\u0301…");
}

TEST(Truncate, StaysWithinTheWidth) {
  const std::string text = "a客b😀c\u0301户🇩🇪d";
  for (size_t width = 1; width < 14; ++width) {
    EXPECT_LE(DisplayWidth(Truncate(text, width)), width) << width;
  }
}

TEST(Printable, TakesTheEffectOutOfControlCharacters) {
  EXPECT_EQ(Printable("a\nb\r\nc"), "a↵b↵c");
  EXPECT_EQ(Printable("\x1B[31mred"), "␛[31mred");
  EXPECT_EQ(Printable("tab\there\x7F"), "tab␉here␡");
  EXPECT_EQ(Printable("\u009B5n"), "\uFFFD5n");      // the one-character form of ESC [
  EXPECT_EQ(Printable("\u202Eevil"), "\uFFFDevil");  // right-to-left override
  EXPECT_EQ(Printable("bad\xFF"), "bad\uFFFD");
  EXPECT_EQ(Printable("不满意 é"), "不满意 é");
}

TEST(FindInvalidUtf8, NamesTheByte) {
  EXPECT_EQ(FindInvalidUtf8("客户"), std::string_view::npos);
  EXPECT_EQ(FindInvalidUtf8("ok\xC3"), 2u);
  EXPECT_EQ(FindInvalidUtf8("客\xB2\xBB"), 3u);
  EXPECT_EQ(FindInvalidUtf8("\xED\xA0\x80"), 0u);  // a surrogate half
}

}  // namespace
}  // namespace fathom
