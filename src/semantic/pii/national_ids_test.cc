#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(NationalIds, SocialSecurity) {
  EXPECT_EQ(Redacted("he has 123-45-6789."), "he has [US_SSN].");
  EXPECT_EQ(Redacted("SSN 123 45 6789"), "SSN [US_SSN]");
  EXPECT_EQ(Redacted("social security number is 123456789"), "social security number is [US_SSN]");
  EXPECT_EQ(Redacted("123-45-6789 (SSN)"), "[US_SSN] (SSN)");
  for (const char* text : {"123 45 6789", "123456789", "666-45-6789", "order 123-45-6789",
                           "123-45-67890", "1123-45-6789"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

TEST(NationalIds, British) {
  EXPECT_EQ(Redacted("I am AB123456C."), "I am [UK_NINO].");
  EXPECT_EQ(Redacted("AB 12 34 56 C"), "[UK_NINO]");
  EXPECT_EQ(Redacted("national insurance ab123456c"), "national insurance [UK_NINO]");
  EXPECT_EQ(Redacted("NHS number 943 476 5919"), "NHS number [UK_NHS]");
  EXPECT_EQ(Redacted("NHS number: 9434765919"), "NHS number: [UK_NHS]");
  for (const char* text : {"ab123456c", "GB123456C", "AB123456E", "AB1234567C", "9434765919",
                           "NHS number 9434765918", "part number AB123456C"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

TEST(NationalIds, Chinese) {
  EXPECT_EQ(Redacted("身份证号：11010519491231002X。"), "身份证号：[CN_ID]。");
  EXPECT_EQ(Redacted("张三440301199003071230"), "张三[CN_ID]");
  EXPECT_EQ(Redacted("身份证110105491231002"), "身份证[CN_ID]");
  for (const char* text : {"440301199003071231", "110105491231002", "4403011990030712301"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace fathom
