// Goal: expressions mean what they say.
// Method: random regular expressions over three letters against std::regex, all texts up to a
// length.
#include "runtime/expressions.h"

#include <gtest/gtest.h>

#include "runtime/expressions_test_util.h"
#include "runtime/regex_parser.h"

namespace fathom {
namespace {

Expr Parse(Expressions& e, const std::string& regex) {
  return ParseRegex(e, regex, RegexMatch::kWhole, TextForm::kPlain).value();
}

TEST(Expressions, MatchWhatAPlainSearchMatches) {
  std::mt19937 random(1);
  const std::vector<std::string> texts = AllTexts(6);
  for (int round = 0; round < 150; ++round) {
    const PlainRegex plain = RandomRegex(random);
    Expressions e;
    const Expr expr = Parse(e, plain.regex);
    for (const std::string& text : texts) {
      ASSERT_EQ(e.nullable(e.Derive(expr, text)), plain.Matches(text))
          << plain.regex << " on '" << text << "'";
    }
  }
}

TEST(Expressions, WhatCanBeDerivedCanBeCompleted) {
  std::mt19937 random(2);
  for (int round = 0; round < 300; ++round) {
    const PlainRegex plain = RandomRegex(random);
    Expressions e;
    const std::string text = RandomText(e, Parse(e, plain.regex), random, 10);
    const bool other = text.find_first_not_of("abc") != std::string::npos;  // [^bc]
    EXPECT_TRUE(other || plain.Matches(text)) << plain.regex << " on '" << text << "'";
  }
}

TEST(Expressions, BothIsTheIntersection) {
  std::mt19937 random(3);
  const std::vector<std::string> texts = AllTexts(6);
  int empty = 0;
  for (int round = 0; round < 200; ++round) {
    const std::string regexes[] = {RandomRegex(random).regex, RandomRegex(random).regex};
    Expressions e;
    const Expr one = Parse(e, regexes[0]), two = Parse(e, regexes[1]);
    const Expr both = e.Both(one, two);
    empty += both == kNothing;
    for (const std::string& text : texts) {
      const bool matches = e.nullable(e.Derive(one, text)) && e.nullable(e.Derive(two, text));
      ASSERT_EQ(e.nullable(e.Derive(both, text)), matches) << regexes[0] << " & " << regexes[1];
    }
    if (both == kNothing) continue;
    const std::string text = RandomText(e, both, random, 8);
    EXPECT_TRUE(e.nullable(e.Derive(one, text)) && e.nullable(e.Derive(two, text)));
  }
  EXPECT_GT(empty, 5);
  EXPECT_LT(empty, 195);
}

TEST(Expressions, FirstAndClassesAgreeWithDerivatives) {
  std::mt19937 random(4);
  for (int round = 0; round < 200; ++round) {
    Expressions e;
    const Expr one = Parse(e, RandomRegex(random).regex);
    const Expr expr = round % 2 == 0 ? one : e.Both(one, Parse(e, RandomRegex(random).regex));
    const ByteSet first = e.First(expr);
    const ByteClasses classes = *e.Classes(expr);
    for (int i = 0; i < 256; ++i) {
      const auto byte = static_cast<uint8_t>(i);
      const Expr derived = e.Derive(expr, byte);
      EXPECT_EQ(first.Has(byte), derived != kNothing);
      EXPECT_EQ(e.Derive(expr, classes.representatives[classes.class_of[byte]]), derived);
    }
  }
}

TEST(Expressions, HorizonAllowsTheSameBeginnings) {
  std::mt19937 random(5);
  const std::vector<std::string> texts = AllTexts(5);
  for (int round = 0; round < 200; ++round) {
    const std::string regex = RandomRegex(random).regex;
    Expressions e;
    const Expr expr = Parse(e, regex);
    for (const uint32_t bytes : {1u, 2u, 5u}) {
      const Expr near = e.Horizon(expr, bytes);
      for (const std::string& text : texts) {
        if (text.size() > bytes) break;
        ASSERT_EQ(e.Derive(near, text) == kNothing, e.Derive(expr, text) == kNothing)
            << regex << " on '" << text << "', horizon " << bytes;
      }
    }
  }
}

TEST(Expressions, CountersFarFromTheirBoundsAreOneState) {
  Expressions e;
  const Expr expr = Parse(e, "x[ab]{3,1000}y");
  const Expr near = e.Horizon(e.Derive(expr, "xaaaaaa"), 8);
  EXPECT_EQ(e.Horizon(e.Derive(expr, "xababababa"), 8), near);
  EXPECT_NE(e.Horizon(e.Derive(expr, "xab"), 8), near);  // one is still missing
  const size_t before = e.size();
  EXPECT_NE(e.Derive(expr, "x" + std::string(900, 'a')), kNothing);
  EXPECT_LT(e.size() - before, 3000u);
}

TEST(Expressions, ChoicesAreSharedFromTheFront) {
  Expressions e;
  std::vector<Expr> words;
  for (int i = 0; i < 500; ++i) words.push_back(e.Literal("prefix-" + std::to_string(i)));
  const Expr expr = e.Either(words);
  const Expr behind = e.Derive(expr, "prefix-");
  EXPECT_EQ(e.First(behind), ByteSet::Range('0', '9'));
  EXPECT_EQ(e.First(expr).size(), 1);
  EXPECT_TRUE(e.nullable(e.Derive(expr, "prefix-499")));
  EXPECT_EQ(e.Derive(expr, "prefix-500"), kNothing);
}

TEST(Expressions, MultiplesAreCounted) {
  Expressions e;
  const Expr digits = Parse(e, "-?(0|[1-9][0-9]{0,4})");
  for (const uint32_t divisor : {1u, 7u, 10u, 12u, 250u}) {
    const Expr expr = e.Both(digits, e.MultipleOf(divisor));
    for (int number = -1000; number <= 1000; ++number) {
      EXPECT_EQ(e.nullable(e.Derive(expr, std::to_string(number))), number % int(divisor) == 0);
    }
  }
  EXPECT_EQ(e.Both(Parse(e, "1[3-7]"), e.MultipleOf(10)), kNothing);
}

}  // namespace
}  // namespace fathom
