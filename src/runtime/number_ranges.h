// Numbers between bounds, as the texts that write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/expressions.h"

namespace fathom {

// Integers that count units of 10^-fraction_digits: 12.5 with 2 digits is 1250.
__extension__ using Scaled = __int128;

// The largest number of digits in all that numbers of a range may have.
inline constexpr int kMostDigits = 36;
Scaled PowerOfTen(int exponent);  // REQUIRES 0 <= exponent <= kMostDigits

// A JSON number ("-1.5e3") in units of 10^-fraction_digits; `up`: rounded to the next larger unit
// if it lies between two, else to the next smaller. Beyond kMostDigits digits it becomes the
// largest (smallest) number of that many.
// REQUIRES `number` is a JSON number
struct ScaledNumber {
  Scaled value;
  bool exact;
};
ScaledNumber ParseScaled(std::string_view number, int fraction_digits, bool up);

// Decimal numbers from `least` to `most`: no exponent, no leading zeros, no negative zero; up to
// `fraction_digits` digits behind the point, which is left out with them.
// REQUIRES at most kMostDigits digits
Expr NumbersBetween(Expressions& expressions, Scaled least, Scaled most, int fraction_digits);

}  // namespace fathom
