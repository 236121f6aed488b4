#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(Documents, PassportsAndLicencesNeedTheirWord) {
  EXPECT_EQ(Redacted("passport no. C01X00T47"), "passport no. [PASSPORT]");
  EXPECT_EQ(Redacted("护照号码：E12345678。"), "护照号码：[PASSPORT]。");
  EXPECT_EQ(Redacted("My driver's license number is F162823540116"),
            "My driver's license number is [DRIVERS_LICENSE]");
  EXPECT_EQ(Redacted("driver's license number is 2270-66-1551"),
            "driver's license number is [DRIVERS_LICENSE]");
  EXPECT_EQ(Redacted("驾驶证：110105194912"), "驾驶证：[DRIVERS_LICENSE]");
  EXPECT_EQ(Redacted("E12345678"), "E12345678");
}

TEST(Documents, WhatIsSomethingElseIsNone) {
  EXPECT_EQ(Redacted("passport by 2024-05-01"), "passport by [DATE]");
  EXPECT_EQ(Redacted("passport? Call 212-555-0123"), "passport? Call [PHONE]");
  for (const char* text : {"my passport for 3 weeks", "passport of order 12345678",
                           "passport page 12", "passport 1234567890123"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace fathom
