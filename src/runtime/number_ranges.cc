#include "runtime/number_ranges.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "base/assert.h"

namespace fathom {
namespace {

std::string Digits(Scaled number, size_t width = 1) {
  std::string digits;
  for (; number > 0; number /= 10) digits += static_cast<char>('0' + static_cast<int>(number % 10));
  while (digits.size() < width) digits += '0';
  std::ranges::reverse(digits);
  return digits;
}

bool All(std::string_view digits, char digit) {
  return digits.find_first_not_of(digit) == std::string_view::npos;
}

class RangeBuilder {
 public:
  explicit RangeBuilder(Expressions& e) : e_(e) {}

  // Numbers from 0 on. REQUIRES 0 <= least <= most
  Expr Magnitudes(Scaled least, Scaled most, int fraction_digits) {
    const Scaled unit = PowerOfTen(fraction_digits);
    const Scaled whole_least = least / unit, whole_most = most / unit;
    const auto fraction = [&](Scaled from, Scaled to) {
      if (fraction_digits == 0) return kEmpty;
      return Fraction(Digits(from, fraction_digits), Digits(to, fraction_digits));
    };
    const auto exactly = [&](Scaled whole, Scaled from, Scaled to) {
      return e_.Concat(e_.Literal(Digits(whole)), fraction(from, to));
    };
    if (whole_least == whole_most) return exactly(whole_least, least % unit, most % unit);
    std::vector<Expr> choices = {exactly(whole_least, least % unit, unit - 1),
                                 exactly(whole_most, 0, most % unit)};
    if (whole_most - whole_least >= 2) {
      choices.push_back(e_.Concat(Wholes(whole_least + 1, whole_most - 1), fraction(0, unit - 1)));
    }
    return e_.Either(std::move(choices));
  }

 private:
  Expr Digit(char from, char to) {
    if (from > to) return kNothing;
    return e_.Bytes(ByteSet::Range(static_cast<uint8_t>(from), static_cast<uint8_t>(to)));
  }

  Expr Wholes(Scaled least, Scaled most) {
    std::vector<Expr> choices;
    for (std::string low = Digits(least);;) {  // one length after the other
      const std::string longest(low.size(), '9');
      const std::string high = std::min(Digits(most), longest, [](const auto& a, const auto& b) {
        return std::pair(a.size(), a) < std::pair(b.size(), b);
      });
      choices.push_back(Same(low, high, low.size()));
      if (high.size() == Digits(most).size()) break;
      low = "1" + std::string(low.size(), '0');
    }
    return e_.Either(std::move(choices));
  }

  // Digits between `low` and `high`, which have the same number of them; zeros at the end may be
  // left out as long as `least` digits are written.
  Expr Same(std::string_view low, std::string_view high, size_t least) {
    if (low.empty()) return kEmpty;
    const auto count = static_cast<uint32_t>(low.size());
    const bool from_zero = All(low, '0');
    if (from_zero && All(high, '9')) {
      return e_.Repeat(Digit('0', '9'), static_cast<uint32_t>(least), count);
    }
    const size_t rest_least = least == 0 ? 0 : least - 1;
    const auto digit = [&](int from, int to, std::string_view rest_low,
                           std::string_view rest_high) {
      return e_.Concat(Digit(static_cast<char>(from), static_cast<char>(to)),
                       Same(rest_low, rest_high, rest_least));
    };
    const std::string_view low_rest = low.substr(1), high_rest = high.substr(1);
    const std::string zeros(count - 1, '0'), nines(count - 1, '9');
    std::vector<Expr> choices;
    if (low[0] == high[0]) {
      choices.push_back(digit(low[0], low[0], low_rest, high_rest));
    } else {
      choices.push_back(digit(low[0], low[0], low_rest, nines));
      choices.push_back(digit(low[0] + 1, high[0] - 1, zeros, nines));
      choices.push_back(digit(high[0], high[0], zeros, high_rest));
    }
    if (least == 0 && from_zero) choices.push_back(kEmpty);
    return e_.Either(std::move(choices));
  }

  // What may stand behind the whole number: nothing, or a point and at least one digit.
  Expr Fraction(const std::string& low, const std::string& high) {
    if (All(high, '0')) return kEmpty;  // the latter: only zeros, which say nothing
    const Expr fraction = e_.Concat(e_.Literal("."), Same(low, high, 1));
    return All(low, '0') ? e_.Optional(fraction) : fraction;
  }

  Expressions& e_;
};

}  // namespace

Scaled PowerOfTen(int exponent) {
  FATHOM_ASSERT(exponent >= 0 && exponent <= kMostDigits);
  Scaled power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

ScaledNumber ParseScaled(std::string_view number, int fraction_digits, bool up) {
  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  const size_t mantissa_end = std::min(number.find_first_of("eE"), number.size());
  int exponent = 0;
  if (mantissa_end < number.size()) {
    std::string_view digits = number.substr(mantissa_end + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  }
  std::string digits(number.substr(0, mantissa_end));
  const size_t point = std::min(digits.find('.'), digits.size());
  const auto behind = static_cast<int>(digits.size() - point) - (point < digits.size() ? 1 : 0);
  if (point < digits.size()) digits.erase(point, 1);

  int shift = exponent - behind + fraction_digits;  // zeros to append, digits to drop if negative
  const bool zero = All(digits, '0');
  bool exact = true;
  Scaled value = 0;
  const Scaled limit = PowerOfTen(kMostDigits) - 1;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (value > limit / 10) {
      value = limit;
      break;
    }
    if (shift < 0 && static_cast<int>(digits.size() - i) <= -shift) {
      exact = All(std::string_view(digits).substr(i), '0');
      shift = 0;
      break;
    }
    value = value * 10 + (digits[i] - '0');
  }
  for (; shift > 0 && !zero && value < limit; --shift) {
    value = value > limit / 10 ? limit : value * 10;
  }
  if (!exact && up != negative && value < limit) ++value;
  return {negative ? -value : value, exact};
}

Expr NumbersBetween(Expressions& expressions, Scaled least, Scaled most, int fraction_digits) {
  RangeBuilder builder(expressions);
  std::vector<Expr> choices;
  if (least > most) return kNothing;
  if (most >= 0) {
    choices.push_back(builder.Magnitudes(std::max<Scaled>(least, 0), most, fraction_digits));
  }
  if (least < 0) {
    const Scaled nearest = std::max<Scaled>(1, -most);
    choices.push_back(expressions.Concat(expressions.Literal("-"),
                                         builder.Magnitudes(nearest, -least, fraction_digits)));
  }
  return expressions.Either(std::move(choices));
}

}  // namespace fathom
