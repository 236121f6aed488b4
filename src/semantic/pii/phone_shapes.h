// What telephone numbers look like in the countries whose numbers are known by their shape.
#pragma once

#include <string>
#include <string_view>

namespace fathom {

// A number that is written in groups.
struct PhoneNumber {
  std::string digits;  // all groups, without a "+"
  std::string shape;   // the size of every group as a character: 555-123-4567 is "334", ten is 'a'
  bool has_plus = false;
  bool has_area_in_parentheses = false;  // the first group
};

// "+" or "00", a country code and as many digits as numbers have (E.164).
bool IsInternational(const PhoneNumber& number);

// (555) 123-4567, 1-555-123-4567: area and exchange begin with 2..9.
bool IsNorthAmerican(const PhoneNumber& number);

// Mobile numbers (13x..19x, 11 digits), also behind 86; 010-12345678 and the like; 400 and 800.
bool IsChinese(const PhoneNumber& number);

// Begins with one 0, as numbers are written inland in most of Europe and Asia: 9 to 11 digits in
// two groups or more, none of one digit; or 11 digits in one piece (07700900123).
bool HasTrunkPrefix(const PhoneNumber& number);

// (96) 627-277: two or three digits in parentheses and two groups more, 8 to 11 digits.
bool HasAreaInParentheses(const PhoneNumber& number);

// What a number behind a word such as "phone" looks like at least: 7 to 13 digits, no date, no pair
// of years.
bool IsPlausible(const PhoneNumber& number);

}  // namespace fathom
