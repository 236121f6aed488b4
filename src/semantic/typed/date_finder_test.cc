// Goal: days and times are found in the spellings that are in use, and other days are not.
// Method: texts, days and the part of the text that is expected.
#include "semantic/typed/date_finder.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

std::string Cut(std::string_view text, std::optional<TextSpan> span) {
  return span ? std::string(text.substr(span->begin, span->end - span->begin)) : "nothing";
}
std::string Date(std::string_view text, std::string_view date) {
  return Cut(text, FindDate(text, date));
}
std::string Time(std::string_view text, std::string_view time) {
  return Cut(text, FindTime(text, time));
}

TEST(DateFinder, ReadsTheUsualSpellings) {
  for (const std::string written :
       {"2018-12-25", "2018/12/25", "25/12/2018", "25-12-18", "12/25/2018", "25.12.2018",
        "25 Dec 2018", "25-DEC-18", "Dec 25, 2018", "December 25th, 2018", "25th of December 2018",
        "2018年12月25日", "2018 年 12 月 25 日", "20181225"}) {
    EXPECT_EQ(Date("on " + written + " 8:13 PM", "2018-12-25"), written);
  }
  EXPECT_EQ(Date("DATE:25/12/2018", "2018-12-25"), "25/12/2018");
  EXPECT_EQ(Date("5/6/2001", "2001-06-05"), "5/6/2001");
  EXPECT_EQ(Date("5/6/2001", "2001-05-06"), "5/6/2001");
}

TEST(DateFinder, AYearIsPreferred) {
  EXPECT_EQ(Date("Dec 25 or Dec 25 2018", "2018-12-25"), "Dec 25 2018");
  EXPECT_EQ(Date("until Dec 25th.", "2018-12-25"), "Dec 25th");
  EXPECT_EQ(Date("12月25日", "2018-12-25"), "12月25日");
}

TEST(DateFinder, OtherDaysAreNotFound) {
  for (const std::string written : {"25/12/2019", "26 Dec 2018", "2018", "12 25", "25: 12: 2018",
                                    "", "123456", "25 decent 2018", "25/13/2018"}) {
    EXPECT_EQ(Date(written, "2018-12-25"), "nothing") << written;
  }
}

TEST(TimeFinder, ReadsTheUsualSpellings) {
  EXPECT_EQ(Time("25/12/2018 8:13:39 PM", "20:13:39"), "8:13:39 PM");
  EXPECT_EQ(Time("at 20:13 h", "20:13:00"), "20:13");
  EXPECT_EQ(Time("12:05 a.m.", "00:05:00"), "12:05 a.m");
  EXPECT_EQ(Time("8:13 and 9:00", "09:00:00"), "9:00");
  EXPECT_EQ(Time("8:13", "20:13:00"), "nothing");
  EXPECT_EQ(Time("8 13", "08:13:00"), "nothing");
}

}  // namespace
}  // namespace fathom
