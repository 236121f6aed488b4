#include "semantic/pii/phone_shapes.h"

#include <algorithm>

#include "semantic/pii/checks.h"

namespace fathom {
namespace {

bool IsOneOf(std::string_view shape, std::initializer_list<std::string_view> shapes) {
  return std::find(shapes.begin(), shapes.end(), shape) != shapes.end();
}

int Number(std::string_view digits) { return std::stoi(std::string(digits)); }

// Country and national number. 28, 83 and 89 are the country codes that nobody has.
bool IsWithCountry(std::string_view digits) {
  if (digits.size() < 8 || digits.size() > 13 || digits[0] == '0') return false;
  if (digits[0] == '1') return digits.size() == 11 && digits[1] >= '2';
  const std::string_view country = digits.substr(0, 2);
  return country != "28" && country != "83" && country != "89";
}

bool IsChineseMobile(std::string_view digits) {
  return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3';
}

// 010, 02x and 0xxx from 03xx on.
size_t ChineseAreaSize(std::string_view digits) {
  if (digits.starts_with("010") || digits.starts_with("02")) return 3;
  return digits[0] == '0' && digits[1] >= '3' ? 4 : 0;
}

bool IsDateShaped(const PhoneNumber& number) {
  const std::string_view digits = number.digits;
  if (number.shape.starts_with("422")) {
    return IsDay(Number(digits.substr(0, 4)), Number(digits.substr(4, 2)),
                 Number(digits.substr(6, 2)));
  }
  if (!number.shape.starts_with("224")) return false;
  const int first = Number(digits.substr(0, 2)), second = Number(digits.substr(2, 2));
  const int year = Number(digits.substr(4, 4));
  return IsDay(year, first, second) || IsDay(year, second, first);
}

bool AreTwoYears(const PhoneNumber& number) {
  const auto is_year = [&](size_t at) {
    const int year = Number(std::string_view(number.digits).substr(at, 4));
    return year >= 1900 && year < 2100;
  };
  return number.shape == "44" && is_year(0) && is_year(4);
}

// Two digits at the end stand behind two others or in a long row: 0490 75 40 81, 030 123 456 78,
// but not the part 010-10815-00.
bool EndsLikeAPhone(std::string_view shape) {
  return shape.size() == 1 || shape.size() >= 4 || shape.back() != '2' ||
         shape[shape.size() - 2] == '2';
}

}  // namespace

bool IsInternational(const PhoneNumber& number) {
  const std::string_view digits = number.digits;
  const bool in_groups = number.shape.size() > 1;
  if (in_groups && number.shape.back() == '1') return false;
  if (number.has_plus) return IsWithCountry(digits) && (in_groups || digits.size() >= 10);
  return in_groups && digits.starts_with("00") && digits.size() >= 12 &&
         IsWithCountry(digits.substr(2));
}

bool IsNorthAmerican(const PhoneNumber& number) {
  if (!IsOneOf(number.shape, {"334", "1334", "37", "137"})) return false;
  std::string_view digits = number.digits;
  if (digits.size() == 11) {
    if (digits[0] != '1') return false;
    digits.remove_prefix(1);
  }
  return digits[0] >= '2' && digits[3] >= '2';
}

bool IsChinese(const PhoneNumber& number) {
  const std::string_view digits = number.digits;
  if (IsOneOf(number.shape, {"b", "344"}) && IsChineseMobile(digits)) return true;
  if (IsOneOf(number.shape, {"d", "2b", "2344"}) && digits.starts_with("86") &&
      IsChineseMobile(digits.substr(2))) {
    return true;
  }
  if (number.shape == "343") return digits.starts_with("400") || digits.starts_with("800");
  const size_t area = ChineseAreaSize(digits);
  return area != 0 &&
         IsOneOf(number.shape,
                 area == 3 ? std::initializer_list<std::string_view>{"38", "344"}
                           : std::initializer_list<std::string_view>{"47", "48", "434", "444"});
}

bool HasTrunkPrefix(const PhoneNumber& number) {
  const size_t size = number.digits.size();
  if (number.shape.size() == 1 && size != 11) return false;
  return EndsLikeAPhone(number.shape) && number.digits[0] == '0' && number.digits[1] != '0' &&
         size >= 9 && size <= 11 && number.shape.find('1') == std::string::npos &&
         !IsDateShaped(number);
}

bool HasAreaInParentheses(const PhoneNumber& number) {
  const size_t size = number.digits.size(), area = number.shape[0] - '0';
  return number.has_area_in_parentheses && (area == 2 || area == 3) && size >= 8 && size <= 11 &&
         number.shape.size() >= 3 && number.shape.find('1') == std::string::npos;
}

bool IsPlausible(const PhoneNumber& number) {
  const size_t size = number.digits.size();
  return size >= 7 && size <= 13 && number.shape.find('1', 1) == std::string::npos &&
         !IsDateShaped(number) && !AreTwoYears(number);
}

}  // namespace fathom
