#include "base/numbers.h"

#include <cmath>
#include <cstdio>

namespace fathom {

std::string Fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string Dollars(double dollars) {
  char text[64];
  std::snprintf(text, sizeof text, dollars < 1 ? "$%.3g" : "$%.2f", dollars);
  return text;
}

std::string WithSeparators(int64_t number) {
  std::string digits = std::to_string(number);
  const size_t first_digit = number < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first_digit + 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string Count(int64_t number, std::string_view noun) {
  return WithSeparators(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

std::string Bytes(int64_t bytes) {
  static constexpr const char* kUnits[] = {"bytes", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  const bool whole = unit == 0 || value >= 100;
  return Fixed(value, whole ? 0 : 1) + ' ' + kUnits[unit];
}

std::string Seconds(double seconds) {
  if (seconds < 10) return Fixed(seconds, 1) + " s";
  if (seconds < 100) return Fixed(seconds, 0) + " s";
  const auto whole = static_cast<int64_t>(std::llround(seconds));
  char text[64];
  if (whole < 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld", static_cast<long long>(whole / 60),
                  static_cast<long long>(whole % 60));
  } else {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", static_cast<long long>(whole / 3600),
                  static_cast<long long>(whole / 60 % 60), static_cast<long long>(whole % 60));
  }
  return text;
}

}  // namespace fathom
