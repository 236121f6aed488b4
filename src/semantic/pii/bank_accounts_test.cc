#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(BankAccounts, Iban) {
  EXPECT_EQ(Redacted("to DE89370400440532013000, please"), "to [IBAN], please");
  EXPECT_EQ(Redacted("DE89 3704 0044 0532 0130 00 please"), "[IBAN] please");
  EXPECT_EQ(Redacted("my iban is gb82west12345698765432"), "my iban is [IBAN]");
  for (const char* text : {"DE89370400440532013001", "DE8937040044053201300",
                           "ADE89370400440532013000", "DE89370400440532013000A", "DE89"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

TEST(BankAccounts, NumbersNeedAWord) {
  EXPECT_EQ(Redacted("account number 12345678"), "account number [BANK_ACCOUNT]");
  EXPECT_EQ(Redacted("acct 1234 5678 90"), "acct [BANK_ACCOUNT]");
  EXPECT_EQ(Redacted("sort code 12-34-56"), "sort code [BANK_ACCOUNT]");
  EXPECT_EQ(Redacted("账号：6222020012345678 工行"), "账号：[BANK_ACCOUNT] 工行");
  for (const char* text : {"12345678", "account number 12345", "my account has 12345678 points"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace fathom
