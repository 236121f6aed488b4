#include "base/numbers.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(Numbers, Separators) {
  EXPECT_EQ(WithSeparators(0), "0");
  EXPECT_EQ(WithSeparators(999), "999");
  EXPECT_EQ(WithSeparators(1000), "1,000");
  EXPECT_EQ(WithSeparators(-1234567), "-1,234,567");
  EXPECT_EQ(WithSeparators(-100), "-100");
}

TEST(Numbers, CountKnowsThePlural) {
  EXPECT_EQ(Count(1, "row"), "1 row");
  EXPECT_EQ(Count(0, "row"), "0 rows");
  EXPECT_EQ(Count(2000, "token"), "2,000 tokens");
}

TEST(Numbers, BytesKeepThreeDigits) {
  EXPECT_EQ(Bytes(0), "0 bytes");
  EXPECT_EQ(Bytes(999), "999 bytes");
  EXPECT_EQ(Bytes(98'072'896), "98.1 MB");
  EXPECT_EQ(Bytes(491'400'064), "491 MB");
  EXPECT_EQ(Bytes(1'117'320'768), "1.1 GB");
}

TEST(Numbers, SecondsReadAsPeopleSayThem) {
  EXPECT_EQ(Seconds(0.04), "0.0 s");
  EXPECT_EQ(Seconds(8.12), "8.1 s");
  EXPECT_EQ(Seconds(42.4), "42 s");
  EXPECT_EQ(Seconds(125), "2:05");
  EXPECT_EQ(Seconds(3723), "1:02:03");
}

}  // namespace
}  // namespace fathom
