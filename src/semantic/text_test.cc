#include "semantic/text.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(Text, BlankIsWhatCannotBeSeen) {
  for (const char* blank :
       {"", " ", "\t\r\n", "\u00A0", "\u3000\u2003", "\u200B\uFEFF", "\u2028"}) {
    EXPECT_TRUE(IsBlank(blank)) << blank;
  }
  for (const char* text : {".", " a ", "\u3000好", "0", "\U0001F600", "\xFF"}) {
    EXPECT_FALSE(IsBlank(text)) << text;
  }
}

TEST(Text, TrimTakesUnicodeSpaceFromBothEndsOnly) {
  EXPECT_EQ(Trim(" \u3000 a b\u00A0\n"), "a b");
  EXPECT_EQ(Trim("好 的"), "好 的");
  EXPECT_EQ(Trim("\u2003"), "");
}

TEST(Text, LanguageIsThatOfTheMajority) {
  EXPECT_EQ(DetectLanguage("The review is positive: "), Language::kEnglish);
  EXPECT_EQ(DetectLanguage("顾客对外卖不满意："), Language::kChinese);
  EXPECT_EQ(DetectLanguage("这条 SMS 是 spam"), Language::kChinese);
  EXPECT_EQ(DetectLanguage("The customer writes 谢谢"), Language::kEnglish);
  EXPECT_EQ(DetectLanguage("お客様は満足している"), Language::kEnglish);  // kana: no Chinese
  EXPECT_EQ(DetectLanguage("Kundin ist unzufrieden"), Language::kEnglish);
  EXPECT_EQ(DetectLanguage(""), Language::kEnglish);
}

}  // namespace
}  // namespace fathom
