#include "semantic/pii/checks.h"

#include <gtest/gtest.h>

#include <string>

namespace fathom {
namespace {

// Every single wrong digit must be noticed.
template <typename Check>
void ExpectEveryDigitMatters(std::string number, Check check) {
  ASSERT_TRUE(check(number)) << number;
  for (char& c : number) {
    if (c < '0' || c > '9') continue;
    const char right = c;
    for (c = '0'; c <= '9'; ++c) EXPECT_EQ(check(number), c == right) << number;
    c = right;
  }
}

TEST(Checks, Luhn) {
  ExpectEveryDigitMatters("4111111111111111", PassesLuhn);
  ExpectEveryDigitMatters("378282246310005", PassesLuhn);
  EXPECT_FALSE(PassesLuhn("4111111111111112"));
}

TEST(Checks, CardsNeedAnIssuerItsLengthAndLuhn) {
  for (const char* card :
       {"4111111111111111", "5555555555554444", "378282246310005", "6011111111111117",
        "3530111333300000", "30569309025904", "6212260200001234562", "2223003122003222"}) {
    EXPECT_TRUE(IsCardOfIssuer(card)) << card;
  }
  EXPECT_FALSE(IsCardOfIssuer("1234567890123452"));  // passes Luhn, nobody's
  EXPECT_FALSE(IsCardOfIssuer("4111111111111112"));
  EXPECT_FALSE(IsCardOfIssuer("4222222222222"));  // 13 digits
}

TEST(Checks, Iban) {
  ExpectEveryDigitMatters("GB82WEST12345698765432", IsIban);
  for (const char* iban : {"DE89370400440532013000", "FR1420041010050500013M02606",
                           "gb82west12345698765432", "NO9386011117947"}) {
    EXPECT_TRUE(IsIban(iban)) << iban;
  }
  for (const char* iban :
       {"", "DE", "DE8937040044053201300", "XX89370400440532013000", "DE8937040044053201300\xC3"}) {
    EXPECT_FALSE(IsIban(iban)) << iban;
  }
}

TEST(Checks, CnId) {
  ExpectEveryDigitMatters("11010519491231002X", IsCnId);
  EXPECT_TRUE(IsCnId("11010519491231002x"));
  EXPECT_TRUE(IsCnId("440301199003071230"));
  EXPECT_TRUE(IsCnId("310101200002290015"));   // a leap day
  EXPECT_FALSE(IsCnId("310101199902290015"));  // none, though the check digit is right
  EXPECT_FALSE(IsCnId("990101199003071237"));  // no such region
}

TEST(Checks, UkAndUsNumbers) {
  ExpectEveryDigitMatters("9434765919", IsNhsNumber);
  EXPECT_TRUE(IsSsn("123456789"));
  for (const char* ssn : {"000456789", "666456789", "900456789", "123006789", "123450000"}) {
    EXPECT_FALSE(IsSsn(ssn)) << ssn;
  }
  EXPECT_TRUE(IsNinoPrefix("AB"));
  for (const char* prefix : {"GB", "DA", "AO", "A1", "A", "ABC"}) {
    EXPECT_FALSE(IsNinoPrefix(prefix)) << prefix;
  }
}

TEST(Checks, Days) {
  EXPECT_TRUE(IsDay(2000, 2, 29));
  EXPECT_FALSE(IsDay(1900, 2, 29));
  EXPECT_FALSE(IsDay(2001, 4, 31));
  EXPECT_FALSE(IsDay(2001, 13, 1));
  EXPECT_FALSE(IsDay(2001, 0, 1));
  EXPECT_FALSE(IsDay(2001, 1, 0));
  EXPECT_FALSE(IsDay(1799, 1, 1));
}

}  // namespace
}  // namespace fathom
