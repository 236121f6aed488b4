#include "runtime/code_points.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace fathom {
namespace {

constexpr char32_t kLast = 0x10FFFF;
constexpr CodePoints::Range kSurrogates = {0xD800, 0xDFFF};

// The largest values of one, two, three and four bytes.
constexpr char32_t kLengthEnds[] = {0x7F, 0x7FF, 0xFFFF, kLast};

size_t Encode(char32_t c, std::array<uint8_t, 4>* bytes) {
  size_t length = 1;
  while (c > kLengthEnds[length - 1]) ++length;
  for (size_t i = length - 1; i > 0; --i, c >>= 6) (*bytes)[i] = 0x80 | (c & 0x3F);
  constexpr uint8_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
  (*bytes)[0] = static_cast<uint8_t>(kLead[length - 1] | c);
  return length;
}

// Texts of `low.size()` bytes from `low` to `high`, whose bytes behind the first run over 80..BF:
// like the numbers from 2345 to 6789 by their first digit.
Expr Between(Expressions& e, std::span<const uint8_t> low, std::span<const uint8_t> high) {
  if (low.empty()) return kEmpty;
  const auto rest_low = low.subspan(1), rest_high = high.subspan(1);
  const auto lead = [&](int from, int to, Expr rest) {
    if (from > to) return kNothing;
    return e.Concat(e.Bytes(ByteSet::Range(static_cast<uint8_t>(from), static_cast<uint8_t>(to))),
                    rest);
  };
  if (low[0] == high[0]) return lead(low[0], low[0], Between(e, rest_low, rest_high));
  const std::vector<uint8_t> lowest(rest_low.size(), 0x80), highest(rest_low.size(), 0xBF);
  const bool from_lowest = std::ranges::equal(rest_low, lowest);
  const bool to_highest = std::ranges::equal(rest_high, highest);
  std::vector<Expr> choices;
  if (!from_lowest) choices.push_back(lead(low[0], low[0], Between(e, rest_low, highest)));
  choices.push_back(
      lead(low[0] + !from_lowest, high[0] - !to_highest, Between(e, lowest, highest)));
  if (!to_highest) choices.push_back(lead(high[0], high[0], Between(e, lowest, rest_high)));
  return e.Either(std::move(choices));
}

Expr Utf8(Expressions& e, const CodePoints& set) {
  std::vector<Expr> choices;
  for (const CodePoints::Range& range : set.ranges()) {
    char32_t low = range.low;
    for (const char32_t end : kLengthEnds) {
      if (low > end || low > range.high) continue;
      std::array<uint8_t, 4> first, last;
      const size_t length = Encode(low, &first);
      Encode(std::min(end, range.high), &last);
      choices.push_back(Between(e, std::span(first).first(length), std::span(last).first(length)));
      low = end + 1;
    }
  }
  return e.Either(std::move(choices));
}

// The characters that JSON strings cannot hold as they are.
const CodePoints& JsonEscaped() {
  static const CodePoints set = {{0, 0x1F}, {'"', '"'}, {'\\', '\\'}};
  return set;
}

std::string JsonEscape(char32_t c) {
  constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  const size_t at = kEscaped.find(static_cast<char>(c));
  if (at != std::string_view::npos) return {'\\', kLetters[at]};
  char escape[7];
  std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
  return escape;
}

}  // namespace

CodePoints::CodePoints(std::initializer_list<Range> ranges) {
  for (const Range& range : ranges) Add(range);
}

const CodePoints& CodePoints::AnyText() {
  static const CodePoints text = {{'\t', '\n'},   {'\r', '\r'},     {' ', '~'},
                                  {0xA0, 0xD7FF}, {0xE000, 0xFFFC}, {0x10000, kLast}};
  return text;
}

void CodePoints::Add(Range range) {
  if (range.low <= kSurrogates.high && range.high >= kSurrogates.low) {
    if (range.low < kSurrogates.low) Add({range.low, kSurrogates.low - 1});
    if (range.high > kSurrogates.high) Add({kSurrogates.high + 1, range.high});
    return;
  }
  ranges_.push_back(range);
  std::ranges::sort(ranges_);
  std::vector<Range> merged;
  for (const Range& next : ranges_) {
    if (!merged.empty() && next.low <= merged.back().high + 1) {
      merged.back().high = std::max(merged.back().high, next.high);
    } else {
      merged.push_back(next);
    }
  }
  ranges_ = std::move(merged);
}

void CodePoints::Add(const CodePoints& other) {
  for (const Range& range : other.ranges_) Add(range);
}

CodePoints CodePoints::Minus(const CodePoints& other) const {
  CodePoints left;
  for (Range range : ranges_) {
    for (const Range& hole : other.ranges_) {
      if (hole.high < range.low || hole.low > range.high) continue;
      if (hole.low > range.low) left.Add({range.low, hole.low - 1});
      range.low = hole.high + 1;
      if (range.low > range.high) break;
    }
    if (range.low <= range.high) left.Add(range);
  }
  return left;
}

Expr OneOf(Expressions& expressions, const CodePoints& set, TextForm form) {
  if (form == TextForm::kPlain) return Utf8(expressions, set);
  const CodePoints as_they_are = set.Minus(JsonEscaped());
  std::vector<Expr> choices = {Utf8(expressions, as_they_are)};
  const CodePoints escaped = set.Minus(as_they_are);
  for (const CodePoints::Range& range : escaped.ranges()) {
    for (char32_t c = range.low; c <= range.high; ++c) {
      choices.push_back(expressions.Literal(JsonEscape(c)));
    }
  }
  return expressions.Either(std::move(choices));
}

Expr TextOf(Expressions& expressions, std::string_view text, TextForm form) {
  std::vector<Expr> parts;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, &at);
    parts.push_back(OneOf(expressions, {{c, c}}, form));
  }
  return expressions.Concat(parts);
}

char32_t NextCodePoint(std::string_view text, size_t* at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[*at + i]); };
  size_t length = 1;
  char32_t c = byte(0);
  if (c >= 0xF0) {
    length = 4;
  } else if (c >= 0xE0) {
    length = 3;
  } else if (c >= 0xC0) {
    length = 2;
  }
  if (length > 1) c &= 0x7F >> length;
  FATHOM_ASSERT(*at + length <= text.size());
  for (size_t i = 1; i < length; ++i) c = c << 6 | (byte(i) & 0x3F);
  *at += length;
  return c;
}

}  // namespace fathom
