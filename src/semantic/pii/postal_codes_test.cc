#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(PostalCodes, BehindAStateOrAWord) {
  EXPECT_EQ(Redacted("Beverly Hills, CA 90210"), "Beverly Hills, CA [POSTAL_CODE]");
  EXPECT_EQ(Redacted("Troy, NY 12180-1234."), "Troy, NY [POSTAL_CODE].");
  EXPECT_EQ(Redacted("ZIP: 394 13"), "ZIP: [POSTAL_CODE]");
  EXPECT_EQ(Redacted("zip 7412 SL"), "zip [POSTAL_CODE]");
  EXPECT_EQ(Redacted("邮编：518000"), "邮编：[POSTAL_CODE]");
}

TEST(PostalCodes, BritishAndCanadian) {
  EXPECT_EQ(Redacted("London SW1A 1AA"), "London [POSTAL_CODE]");
  EXPECT_EQ(Redacted("Leeds LS1 4AP, UK"), "Leeds [POSTAL_CODE], UK");
  EXPECT_EQ(Redacted("Ottawa K1A 0B1"), "Ottawa [POSTAL_CODE]");
}

TEST(PostalCodes, OtherNumbersAreNone) {
  for (const char* text :
       {"90210", "IN 12345 cases", ", XX 90210", ", LA 9021", "x, KS90210", "ABC1 2DE", "V10 8GB",
        "M1 1AC", "K1A 0b1", "A1 2nd", "model SW1A 1AA"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace fathom
