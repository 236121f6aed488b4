// Goal: a number is found in the ways that people write it, and not where other figures stand.
// Method: texts, numbers and the part of the text that is expected.
#include "semantic/typed/number_finder.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

std::string Found(std::string_view text, std::string_view number, size_t from = 0) {
  const auto span = FindNumber(text, number, from);
  return span ? std::string(text.substr(span->begin, span->end - span->begin)) : "nothing";
}

TEST(NumberFinder, ReadsWhatPeopleWrite) {
  EXPECT_EQ(Found("TOTAL RM9.00.", "9"), "9.00");
  EXPECT_EQ(Found("$1,234.50 paid", "1234.5"), "1,234.50");
  EXPECT_EQ(Found("1.234,50 EUR", "1234.5"), "1.234,50");
  EXPECT_EQ(Found("1 234,50", "1234.5"), "1 234,50");
  EXPECT_EQ(Found("1'234.5", "1234.50"), "1'234.5");
  EXPECT_EQ(Found("12,34,567 rupees", "1234567"), "12,34,567");
  EXPECT_EQ(Found("007", "7"), "007");
  EXPECT_EQ(Found("0.50", "0.5"), "0.50");
  EXPECT_EQ(Found("0", "0"), "0");
  EXPECT_EQ(Found("disc -5.59", "-5.59"), "-5.59");
  EXPECT_EQ(Found("(5.59)", "-5.59"), "5.59");
  EXPECT_EQ(Found("a day \u22125 cold", "-5"), "5");
  for (const char* hyphen : {"pages 3-5", "A-5 paper", "no 5 at all"}) {
    EXPECT_EQ(Found(hyphen, "-5"), "nothing") << hyphen;
  }
  // Columns, lists and days are several numbers; one number is not several.
  EXPECT_EQ(Found("nuts 2 150.00 300.00", "150"), "150.00");
  EXPECT_EQ(Found("W,2,150.00,300.00", "300"), "300.00");
  EXPECT_EQ(Found("12,13,14", "12"), "12");
  EXPECT_EQ(Found("25.12.2018", "2018"), "2018");
  EXPECT_EQ(Found("1,234.50", "234"), "nothing");
  EXPECT_EQ(Found("fifty-five", "5"), "nothing");
  EXPECT_EQ(Found("共12元", "12"), "12");
  EXPECT_EQ(Found("1,234", "1.234"), "1,234");  // either a thousand or a decimal comma
  EXPECT_EQ(Found("123456789012345678901234567890", "123456789012345678901234567890"),
            "123456789012345678901234567890");
}

TEST(NumberFinder, ReadsSmallNumbersInWords) {
  EXPECT_EQ(Found("Three of them", "3"), "Three");
  EXPECT_EQ(Found("买了三个", "3"), "三");
  EXPECT_EQ(Found("three, no: 3", "3"), "3");
  EXPECT_EQ(Found("attend", "10"), "nothing");
  EXPECT_EQ(Found("someone", "1"), "nothing");
}

TEST(NumberFinder, PrefersWhatIsNoPartOfADateOrCode) {
  const std::string text = "12/10/2018 no 10";
  EXPECT_EQ(FindNumber(text, "10"), (TextSpan{14, 16}));
  EXPECT_EQ(Found("12/10/2018", "10"), "10");
  EXPECT_EQ(FindNumber("A7 7", "7"), (TextSpan{3, 4}));
}

TEST(NumberFinder, FindsNothingInsideOtherFigures) {
  EXPECT_EQ(Found("9556939040116", "9"), "nothing");
  EXPECT_EQ(Found("19.00", "9"), "nothing");
  EXPECT_EQ(Found("1.2.3", "2.3"), "nothing");
  EXPECT_EQ(Found("1,23", "123"), "nothing");
  EXPECT_EQ(Found("10 20", "1020"), "nothing");
  EXPECT_EQ(Found("", "1"), "nothing");
  EXPECT_EQ(Found("5 5", "5", 1), "5");
}

}  // namespace
}  // namespace fathom
