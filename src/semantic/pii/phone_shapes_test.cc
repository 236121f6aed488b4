#include "semantic/pii/phone_shapes.h"

#include <gtest/gtest.h>

#include <cctype>

namespace fathom {
namespace {

// "+1 555 1234": groups are what is no digit apart.
PhoneNumber Number(std::string_view text) {
  PhoneNumber number;
  number.has_plus = text.starts_with('+');
  number.has_area_in_parentheses = text.starts_with('(');
  size_t size = 0;
  for (char c : std::string(text) + " ") {
    if (std::isdigit(static_cast<unsigned char>(c))) {
      number.digits += c;
      ++size;
    } else if (size > 0) {
      number.shape += "0123456789abcdefgh"[size];
      size = 0;
    }
  }
  return number;
}

TEST(PhoneShapes, International) {
  for (const char* text : {"+1 212 555 0123", "+442079460958", "+49 30 123456", "+86 13800138000",
                           "0049 30 123456", "001-253-366-9781", "+41 (0)96 471 07 95"}) {
    EXPECT_TRUE(IsInternational(Number(text))) << text;
  }
  for (const char* text : {"+1 112 555 0123", "+1 212 555 012", "+0 123456789", "+28 123456789",
                           "+20240101", "0049301234567", "+44 20 7946 0958 1"}) {
    EXPECT_FALSE(IsInternational(Number(text))) << text;
  }
}

TEST(PhoneShapes, NorthAmerican) {
  for (const char* text : {"212-555-0123", "1-212-555-0123", "(212) 5550123"}) {
    EXPECT_TRUE(IsNorthAmerican(Number(text))) << text;
  }
  for (const char* text : {"112-555-0123", "212-155-0123", "2-212-555-0123", "2125550123"}) {
    EXPECT_FALSE(IsNorthAmerican(Number(text))) << text;
  }
}

TEST(PhoneShapes, Chinese) {
  for (const char* text : {"13800138000", "138 0013 8000", "86 13800138000", "010-12345678",
                           "0755-1234567", "0755-12345678", "(021) 1234 5678", "400-8888-123"}) {
    EXPECT_TRUE(IsChinese(Number(text))) << text;
  }
  for (const char* text : {"12800138000", "1380013800", "87 13800138000", "030-12345678",
                           "0255-12345678", "0155-1234567", "300-8888-123"}) {
    EXPECT_FALSE(IsChinese(Number(text))) << text;
  }
}

TEST(PhoneShapes, TrunkPrefix) {
  for (const char* text : {"020 7946 0958", "01 23 45 67 89", "030 1234567", "03-1234-5678",
                           "07700900123", "0490 75 40 81"}) {
    EXPECT_TRUE(HasTrunkPrefix(Number(text))) << text;
  }
  for (const char* text : {"0207946095", "010-10815-00", "00 23 45 67 89", "020 794",
                           "01 02 2024 10", "0 123 456 789", "020 7946 0958 12"}) {
    EXPECT_FALSE(HasTrunkPrefix(Number(text))) << text;
  }
}

TEST(PhoneShapes, AreaInParentheses) {
  for (const char* text : {"(96) 627-277", "(08) 8747 6301", "(021) 123 45 67"}) {
    EXPECT_TRUE(HasAreaInParentheses(Number(text))) << text;
  }
  for (const char* text :
       {"96 627-277", "(1) 6271-2777", "(1998) 393-440", "(96) 62-77", "(12) 34567890"}) {
    EXPECT_FALSE(HasAreaInParentheses(Number(text))) << text;
  }
}

TEST(PhoneShapes, Plausible) {
  for (const char* text : {"467 3395", "4673395", "60-56-85-91", "99 668472"}) {
    EXPECT_TRUE(IsPlausible(Number(text))) << text;
  }
  for (const char* text : {"467 339", "2019-2020", "2024-01-15", "15 01 2024", "01/15/2024",
                           "12345678901234", "467 1 3395"}) {
    EXPECT_FALSE(IsPlausible(Number(text))) << text;
  }
}

}  // namespace
}  // namespace fathom
