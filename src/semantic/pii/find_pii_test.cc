// Goal: what all rules together promise on any text. Method: worked examples, then hostile and
// random text, of which only the form of the answer is known.
#include "semantic/pii/find_pii.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <random>

#include "base/utf8_scan.h"
#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

void ExpectSound(const std::string& text) {
  const std::vector<PiiSpan> spans = FindPii(text, PiiCategories::ByRule());
  size_t last = 0;
  for (const PiiSpan& span : spans) {
    ASSERT_LE(last, span.begin);
    ASSERT_LT(span.begin, span.end);
    ASSERT_LE(span.end, text.size());
    EXPECT_EQ(Utf8Floor(text, span.begin), span.begin);
    EXPECT_EQ(Utf8Floor(text, span.end), span.end);
    last = span.end;
  }
  EXPECT_EQ(FindPii(text, PiiCategories::ByRule()), spans);
}

TEST(FindPii, ALetter) {
  EXPECT_EQ(
      Redacted("Dear Ann, card 4111 1111 1111 1111 (order 5551234567) was billed on 2001-05-06;"
               " write to a@b.de or call 212-555-0123."),
      "Dear Ann, card [CREDIT_CARD] (order 5551234567) was billed on [DATE];"
      " write to [EMAIL] or call [PHONE].");
  EXPECT_EQ(Redacted("客户张三，身份证11010519491231002X，手机13800138000，邮箱zhang@qq.com，订单号"
                     "20240115000123。"),
            "客户张三，身份证[CN_ID]，手机[PHONE]，邮箱[EMAIL]，订单号20240115000123。");
}

TEST(FindPii, SaysWhereAndHowCertain) {
  const auto spans = FindPii("邮箱a@b.de", PiiCategories::ByRule());
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0], (PiiSpan{6, 12, PiiCategory::kEmail, PiiCertainty::kChecked}));
}

TEST(FindPii, FindsWhatWasAskedFor) {
  const std::string text = "a@b.de, 212-555-0123";
  EXPECT_EQ(Redacted(text, {PiiCategory::kPhone}), "a@b.de, [PHONE]");
  EXPECT_EQ(Redacted(text, PiiCategories()), text);
  EXPECT_EQ(Redacted(text, PiiCategories::ByModel()), text);
}

TEST(FindPii, WhatIsSurelySomethingElseIsNotFoundByALooserRule) {
  EXPECT_EQ(Redacted("call about 4111 1111 1111 1111", {PiiCategory::kPhone}),
            "call about 4111 1111 1111 1111");
  EXPECT_EQ(Redacted("passport by 2024-05-01", {PiiCategory::kPassport}), "passport by 2024-05-01");
}

TEST(FindPii, LeavesOrdinaryTextAlone) {
  for (const char* text : {"",
                           " ",
                           "Hello, world!",
                           "It costs $1,234.56 or 20%.",
                           "from 9:00 to 17:30",
                           "version 1.2.3.4 of 3.0",
                           "for (int i = 0; i < 1000000; ++i) a[i] = 0x7fffffff;",
                           "ISBN 978-0-306-40615-7",
                           "E = 6.02214076e23",
                           "pages 123-456",
                           "1,000,000,000 people",
                           "共有1234567890人，价格99.99元",
                           "第12345678号文件",
                           "UPC 036000291452",
                           "git 3f786850e387550fdab836ed7e6dc881de23001b",
                           "192.168.1",
                           "std::vector<int>::at",
                           "ratio 16:9",
                           "2 + 2 = 4",
                           "10-20-30",
                           "lat 51.5074, lon -0.1278"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

TEST(FindPii, HostileTextDoesNoHarm) {
  ExpectSound(std::string(3, '\0'));
  ExpectSound("+");
  ExpectSound("(1");
  ExpectSound("\xFF\xFE@\xC3.de");
  std::ifstream file(FATHOM_SOURCE_DIR "/../shared/data/naughty_strings/blns.txt");
  for (std::string line; std::getline(file, line);) ExpectSound(line);
}

// Characters that rules look at, in random order: near misses of everything.
TEST(FindPii, RandomTextDoesNoHarm) {
  static constexpr std::string_view kPieces[] = {
      "0",    "1",      "4",      "86",     "138",  "0013",      "2001", "+",  "(",   ")",    "-",
      ".",    "/",      ":",      " ",      "@",    "x",         "a",    "B",  "com", "www.", "://",
      "http", "phone ", "born ",  "order ", "手机", "身份证",    "年",   "月", "日",  "X",    "GB",
      "é",    "\u00A0", "\u2011", "，",     "\n",   "passport ", "CA ",  ", ", "bc1"};
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (size_t i = random() % 24; i-- > 0;) text += kPieces[random() % std::size(kPieces)];
    ExpectSound(text);
  }
}

TEST(FindPii, RandomBytesDoNoHarm) {
  std::mt19937 random(2);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (size_t i = random() % 64; i-- > 0;) text += static_cast<char>(random());
    FindPii(text, PiiCategories::ByRule());
    Redacted(text);
  }
}

// One megabyte of what a rule could go over again and again. Linear rules take some tenths of a
// second at most, quadratic ones hours; the limit leaves room for slow machines and sanitizers.
TEST(FindPii, LongTextTakesLinearTime) {
  for (std::string_view piece : {"1",        "1 ",        "12-",
                                 "a",        "a.com?",    "http://",
                                 "a@",       "@",         ":",
                                 "1:",       "phone ",    "电话",
                                 "(1)",      "passport ", "4111 1111 1111 1111 ",
                                 "1.2.3.4.", "GB82",      "born 1.1.2001 ",
                                 "www.",     "é"}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    const auto start = std::chrono::steady_clock::now();
    FindPii(text, PiiCategories::ByRule());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    EXPECT_LT(seconds.count(), 5) << piece;
    RecordProperty("seconds " + std::string(piece), std::to_string(seconds.count()));
  }
}

}  // namespace
}  // namespace fathom
