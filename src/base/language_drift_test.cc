#include "base/language_drift.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/language.h"

namespace fathom {
namespace {

const std::string kEnglish =
    "The guests were asked what they remember of their stay, and most of them spoke of the garden "
    "behind the house, where breakfast was served under an old pear tree as long as the weather "
    "allowed it. Some spoke of the stairs, which are steep, and of the noise from the harbour. ";
const std::string kChinese =
    "客人们说，他们最喜欢的是房子后面的花园，天气好的时候，早餐就摆在一棵老梨树下。"
    "也有人提到楼梯太陡，夜里能听到港口的声音，不过服务员很热情，房间也很干净，下次还会再来。";

TEST(LanguageDrift, RightLanguage) {
  EXPECT_TRUE(LooksLike(kEnglish, "en"));
  EXPECT_TRUE(LooksLike(kEnglish, "German"));
  EXPECT_TRUE(LooksLike(kChinese, "zh"));
  EXPECT_TRUE(LooksLike("朝ご飯は庭で食べました。とても静かで、また来たいです。", "ja"));
}

TEST(LanguageDrift, WrongLanguage) {
  EXPECT_FALSE(LooksLike(kEnglish, "zh"));
  EXPECT_FALSE(LooksLike(kChinese, "en"));
  EXPECT_FALSE(LooksLike("Завтрак накрыли в саду, под старой грушей.", "en"));
  EXPECT_FALSE(LooksLike("朝ご飯は庭で食べました。とても静かで、また来たいです。", "zh"));
  EXPECT_FALSE(LooksLike("the food is good and the staff are friendly", "zh"));
  EXPECT_FALSE(LooksLike("服务很好，菜也好吃。", "en"));
}

TEST(LanguageDrift, TooLittleToTell) {
  for (const char* text : {"", "OK", "42", "positive", "北京", "very good", "!!!", "α"}) {
    EXPECT_TRUE(LooksLike(text, "en")) << text;
    EXPECT_TRUE(LooksLike(text, "zh")) << text;
  }
  EXPECT_TRUE(LooksLike(kChinese, "Klingon"));
}

TEST(LanguageDrift, NamesAndCodeAreNone) {
  for (const char* text :
       {"Barack Obama, Angela Merkel, Emmanuel Macron, Justin Trudeau, Boris Johnson, Joe Biden",
        "请运行 `select name from users where the room is clean and the staff are kind` 看看。",
        "代码：\n```\nfor word in all the words of this text print the next word and go "
        "on\n```\n好了。",
        "https://www.example.org/the/old/house/by/the/sea/with/a/garden_and_a/tree.html",
        "foo_bar snake_case_name a.b.c x=y user@host 3rd 4th NASA HTTP JSON XML UTF"}) {
    EXPECT_TRUE(LooksLike(text, "zh")) << text;
  }
  EXPECT_TRUE(
      LooksLike("The dish is called 麻婆豆腐 and comes from 四川, where 花椒 grows.", "en"));
}

TEST(LanguageDrift, MixturesAndQuotationsAreNone) {
  std::string mixed;
  for (int i = 0; i < 50; ++i) mixed += "这个 feature 的 performance 非常好，用 cache 之后快多了。";
  EXPECT_TRUE(LooksLike(mixed, "zh"));
  const std::string quoted = "the garden behind the house was lovely in the morning light";
  EXPECT_TRUE(LooksLike(kChinese + "有人写道：“" + quoted + "”。" + kChinese, "zh"));
}

TEST(LanguageDrift, DriftOnTheWay) {
  LanguageDrift drift(FindLanguage("zh")->scripts);
  EXPECT_FALSE(drift.Append(kChinese));
  const std::optional<size_t> begin = drift.Append(kEnglish);
  ASSERT_TRUE(begin);
  EXPECT_EQ(*begin, kChinese.size() + 4);  // "guests": "The" might be a name
  LanguageDrift other(FindLanguage("en")->scripts);
  EXPECT_FALSE(other.Append(kEnglish));
  EXPECT_EQ(other.Append(kChinese), kEnglish.size());
}

TEST(LanguageDrift, PiecesDoNotMatter) {
  const std::string text = kChinese + kEnglish;
  std::optional<size_t> first_at;
  for (const size_t bytes : {1, 2, 5, 17}) {
    LanguageDrift drift(FindLanguage("zh")->scripts);
    std::optional<size_t> begin;
    size_t at = 0;
    while (at < text.size() && !begin) {
      begin = drift.Append(std::string_view(text).substr(at, bytes));
      at += bytes;
    }
    ASSERT_TRUE(begin);
    EXPECT_EQ(*begin, kChinese.size() + 4);
    if (!first_at) first_at = at;
    EXPECT_GE(at, *first_at);
    EXPECT_LT(at, *first_at + bytes);
  }
}

TEST(LanguageDrift, Weights) {
  LanguageDrift drift(FindLanguage("zh")->scripts);
  drift.Append("好的 some words\xE4\xB8");
  EXPECT_EQ(drift.expected_weight(), 4u);
  EXPECT_EQ(drift.other_weight(), 3u);  // "words" may go on
  drift.Append("\x80\xFF\xFF");
  EXPECT_EQ(drift.expected_weight(), 6u);
  EXPECT_EQ(drift.other_weight(), 6u);
}

}  // namespace
}  // namespace fathom
