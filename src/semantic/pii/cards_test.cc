#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(Cards, AreFoundByIssuerAndCheckDigit) {
  EXPECT_EQ(Redacted("paid 4111111111111111."), "paid [CREDIT_CARD].");
  EXPECT_EQ(Redacted("4111 1111 1111 1111 ok"), "[CREDIT_CARD] ok");
  EXPECT_EQ(Redacted("4111-1111-1111-1111"), "[CREDIT_CARD]");
  EXPECT_EQ(Redacted("amex 3782 822463 10005"), "amex [CREDIT_CARD]");
  EXPECT_EQ(Redacted("银行卡6212260200001234562，谢谢"), "银行卡[CREDIT_CARD]，谢谢");
}

TEST(Cards, OtherIssuersNeedAWord) {
  EXPECT_EQ(Redacted("card 501864667909"), "card [CREDIT_CARD]");
  EXPECT_EQ(Redacted("see 501864667909"), "see 501864667909");
}

TEST(Cards, ASecurityCodeBehindDoesNotHideThem) {
  EXPECT_EQ(Redacted("4111 1111 1111 1111 123"), "[CREDIT_CARD] 123");
}

TEST(Cards, OtherNumbersAreNone) {
  for (const char* text :
       {"4111111111111112", "order 4111111111111111", "订单4111111111111111", "A4111111111111111",
        "x-4111111111111111", "41111111111111111111", "ISBN 978-3-16-148410-0", "1609459200000",
        "550e8400-e29b-41d4-a716-446655440000", "0.4111111111111111"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace fathom
