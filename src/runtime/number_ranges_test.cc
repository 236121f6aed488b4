// Goal: ranges hold exactly the canonical texts of their numbers.
// Method: every text of a small alphabet against plain arithmetic.
#include "runtime/number_ranges.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

namespace fathom {
namespace {

// `text` in units of 10^-digits if it is a canonical number, else nullopt.
std::optional<int> Parse(const std::string& text, int digits) {
  const bool negative = text.starts_with('-');
  const std::string magnitude = text.substr(negative);
  const size_t point = std::min(magnitude.find('.'), magnitude.size());
  std::string fraction = point < magnitude.size() ? magnitude.substr(point + 1) : "";
  const std::string whole = magnitude.substr(0, point);
  if (whole.empty() || (whole.size() > 1 && whole[0] == '0')) return std::nullopt;
  if (point < magnitude.size() && fraction.empty()) return std::nullopt;
  if (static_cast<int>(fraction.size()) > digits) return std::nullopt;
  fraction.resize(digits, '0');
  const int value = std::stoi(whole + fraction);
  if (negative && value == 0) return std::nullopt;
  return negative ? -value : value;
}

std::vector<std::string> Numbers() {
  std::vector<std::string> texts;
  for (const char* sign : {"", "-"}) {
    for (int whole = 0; whole < 130; ++whole) {
      texts.push_back(sign + std::to_string(whole));
      texts.push_back(texts.back() + ".");
      for (int tenth = 0; tenth < 10; ++tenth) {
        texts.push_back(sign + std::to_string(whole) + "." + std::to_string(tenth));
        for (int last = 0; last < 10; ++last)
          texts.push_back(texts.back().substr(0, texts.back().find('.') + 2) +
                          std::to_string(last));
      }
    }
  }
  for (const char* text : {"", "-", "00", "01", "-01", "1e3", "+1", ".5"}) texts.push_back(text);
  return texts;
}

TEST(NumberRanges, HoldWhatLiesBetween) {
  const std::vector<std::string> texts = Numbers();
  std::mt19937 random(7);
  for (int round = 0; round < 120; ++round) {
    const int digits = static_cast<int>(random() % 3);
    const int widest = digits == 2 ? 12000 : digits == 1 ? 1200 : 120;
    int least = static_cast<int>(random() % (2 * widest)) - widest;
    int most = static_cast<int>(random() % (2 * widest)) - widest;
    if (round % 4 == 0) most = least + static_cast<int>(random() % 15);
    if (least > most) std::swap(least, most);
    Expressions e;
    const Expr expr = NumbersBetween(e, least, most, digits);
    for (const std::string& text : texts) {
      const bool shaped = text.find_first_not_of("-.0123456789") == std::string::npos;
      const std::optional<int> value = shaped ? Parse(text, digits) : std::nullopt;
      const bool inside = value && *value >= least && *value <= most;
      // Zeros behind a point are not written where the bounds leave nothing else.
      const bool matches = e.nullable(e.Derive(expr, text));
      const size_t point = text.find('.');
      const bool only_zeros =
          point != std::string::npos && text.find_first_not_of('0', point + 1) == std::string::npos;
      if (only_zeros && inside) continue;
      ASSERT_EQ(matches, inside) << text << " in " << least << ".." << most << " / " << digits;
    }
  }
}

TEST(NumberRanges, AnEmptyRangeIsNothing) {
  Expressions e;
  EXPECT_EQ(NumbersBetween(e, 5, 4, 0), kNothing);
}

TEST(NumberRanges, ReadsJsonNumbers) {
  const auto scaled = [](const char* text, int digits, bool up) {
    const ScaledNumber number = ParseScaled(text, digits, up);
    return std::pair(static_cast<int64_t>(number.value), number.exact);
  };
  EXPECT_EQ(scaled("12.5", 2, false), std::pair(int64_t{1250}, true));
  EXPECT_EQ(scaled("12.345", 2, false), std::pair(int64_t{1234}, false));
  EXPECT_EQ(scaled("12.345", 2, true), std::pair(int64_t{1235}, false));
  EXPECT_EQ(scaled("-12.345", 2, true), std::pair(int64_t{-1234}, false));
  EXPECT_EQ(scaled("-12.345", 2, false), std::pair(int64_t{-1235}, false));
  EXPECT_EQ(scaled("1.5e+3", 0, false), std::pair(int64_t{1500}, true));
  EXPECT_EQ(scaled("1e-9", 2, true), std::pair(int64_t{1}, false));
  EXPECT_EQ(scaled("1e-9", 2, false), std::pair(int64_t{0}, false));
  EXPECT_EQ(scaled("0", 5, true), std::pair(int64_t{0}, true));
  EXPECT_TRUE(ParseScaled("1e300", 2, true).value == PowerOfTen(kMostDigits) - 1);
  EXPECT_TRUE(ParseScaled("-1e300", 2, true).value == 1 - PowerOfTen(kMostDigits));
}

}  // namespace
}  // namespace fathom
