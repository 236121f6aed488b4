#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(Dates, InFiguresWithNamesAndInChinese) {
  for (const char* date :
       {"2001-05-06", "2001/5/6", "6.5.2001", "5/26/2001", "26/5/2001", "2001-05-06 12:20:39",
        "2001-05-06T12:20:39.5Z", "2001-05-06T12:20+01:00", "5/6/2001 1:20 PM",
        "5/6/2001 01:20:30am", "May 6, 2001", "May 6th 2001", "Sept. 6, 2001", "6 May 2001",
        "6th of May, 2001", "6-Jan-2001", "january 6, 2001", "2001年5月6日", "2001 年 5 月 6 日"}) {
    EXPECT_EQ(Redacted(std::string("on ") + date + ", then"), "on [DATE], then") << date;
  }
}

TEST(Dates, OfBirth) {
  EXPECT_EQ(Redacted("She was born on 2/8/1935."), "She was born on [DATE_OF_BIRTH].");
  EXPECT_EQ(Redacted("DOB: 06 May 2001"), "DOB: [DATE_OF_BIRTH]");
  EXPECT_EQ(Redacted("born 29/2/84"), "born [DATE_OF_BIRTH]");
  EXPECT_EQ(Redacted("born in 1977"), "born in [DATE_OF_BIRTH]");
  EXPECT_EQ(Redacted("出生日期：1990年3月7日"), "出生日期：[DATE_OF_BIRTH]");
  EXPECT_EQ(Redacted("他1990年3月7日出生"), "他[DATE_OF_BIRTH]出生");
}

TEST(Dates, OfBirthAreDatesForWhoAsksForThese) {
  EXPECT_EQ(Redacted("born 2/8/1935", {PiiCategory::kDate}), "born [DATE]");
  EXPECT_EQ(Redacted("born 2/8/1935", {PiiCategory::kDateOfBirth}), "born [DATE_OF_BIRTH]");
  EXPECT_EQ(Redacted("on 2/8/1935", {PiiCategory::kDateOfBirth}), "on 2/8/1935");
}

TEST(Dates, OtherNumbersAreNone) {
  for (const char* text : {"2001-13-06", "31/02/2001", "2001-05/06", "1/2/3", "1/2/03", "12:20:39",
                           "founded in 1977", "May 2001", "6 Mayor 2001", "1.2.2001.4", "2001年5月",
                           "v2001.5.6", "February 30, 2001", "5 2001"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace fathom
