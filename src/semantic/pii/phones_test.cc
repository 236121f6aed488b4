#include <gtest/gtest.h>

#include "semantic/pii/redact_test_util.h"

namespace fathom {
namespace {

TEST(Phones, AreFoundByTheirShape) {
  for (const char* number :
       {"(212) 555-0123",   "212-555-0123",          "212.555.0123",        "1-212-555-0123",
        "+1 212 555 0123",  "+44 20 7946 0958",      "+44 (0)20 7946 0958", "(+49) 30 123456",
        "0049 30 123456",   "020 7946 0958",         "07700 900123",        "07700900123",
        "212/ 555-0123",    "(96) 627-277",          "01 23 45 67 89",      "01.23.45.67.89",
        "030/123 456 78",   "13800138000",           "138-0013-8000",       "+86 138 0013 8000",
        "8613800138000",    "010-12345678",          "(0755)12345678",      "400-810-1234",
        "03-1234-5678",     "+81 3 1234 5678",       "+91 98765 43210",     "+34 612 34 56 78",
        "+39 06 1234 5678", "212\u2011555\u20110123"}) {
    const std::string text = std::string("see ") + number + ", thanks";
    EXPECT_EQ(Redacted(text), "see [PHONE], thanks") << number;
  }
}

TEST(Phones, TakeTheirExtensionAlong) {
  EXPECT_EQ(Redacted("212-555-0123x4567."), "[PHONE].");
  EXPECT_EQ(Redacted("212-555-0123 ext. 45 or"), "[PHONE] or");
  EXPECT_EQ(Redacted("总机010-12345678转801。"), "总机[PHONE]。");
  EXPECT_EQ(Redacted("010-12345678-801"), "[PHONE]");
}

TEST(Phones, AWordMakesOneOfShortNumbers) {
  EXPECT_EQ(Redacted("call 467 3395 now"), "call [PHONE] now");
  EXPECT_EQ(Redacted("Phone:\n60-56-85-91\n"), "Phone:\n[PHONE]\n");
  EXPECT_EQ(Redacted("座机:87654321"), "座机:[PHONE]");
  EXPECT_EQ(Redacted("txt 0871277810"), "txt [PHONE]");
  EXPECT_EQ(Redacted("467 3395 people"), "467 3395 people");
}

TEST(Phones, StandBesideChineseCharacters) {
  EXPECT_EQ(Redacted("我的手机号是13800138000，请回电"), "我的手机号是[PHONE]，请回电");
  EXPECT_EQ(Redacted("张三13800138000李四"), "张三[PHONE]李四");
}

TEST(Phones, SeveralInARow) {
  EXPECT_EQ(Redacted("212-555-0123, 212-555-0124"), "[PHONE], [PHONE]");
  EXPECT_EQ(Redacted("212-555-0123 212-555-0124"), "[PHONE] [PHONE]");
  EXPECT_EQ(Redacted("ZIP 90210, 212-555-0123"), "ZIP [POSTAL_CODE], [PHONE]");
}

TEST(Phones, OtherNumbersAreNone) {
  for (const char* text : {"order 212-555-0123",
                           "Order number: 5551234567",
                           "订单号13800138000",
                           "tracking 13800138000",
                           "ISBN 0-306-40615-2",
                           "at 10:30 or 11:45",
                           "$212 555 0123",
                           "version 10.20.30",
                           "12,345,678 rows",
                           "3.14159265358979",
                           "call us for the 2019-2020 season",
                           "1234567890",
                           "0123456789",
                           "x = 2125550123;",
                           "#13800138000abc",
                           "A-212-555-0123",
                           "Nature (1998) 393-440",
                           "f(12) 345-678",
                           "Garmin 010-10815-00",
                           "from 100 200 300 400",
                           "commit 13800138000f",
                           "call a taxi to 180 Main 72",
                           "00:11:22 and 33"}) {
    EXPECT_EQ(Redacted(text), text);
  }
}

}  // namespace
}  // namespace fathom
