#include "semantic/typed/date_finder.h"

#include <array>

#include "semantic/pii/ascii.h"

namespace fathom {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
// What may stand between the parts of a date, and behind it.
constexpr std::array<std::string_view, 14> kGlue = {"年", "月", "日", "号", "st", "nd", "rd",
                                                    "th", "of", " ",  "-",  "/",  ".",  ","};

// A number or the name of a month; what is between two parts of a date is glue.
struct Part {
  TextSpan span;
  int number = -1;       // of at most 4 digits
  int month = 0;         // 1..12: a name
  bool follows = false;  // only glue since the part before
};

int NumberOf(std::string_view digits) {
  if (digits.size() > 4) return -1;
  int number = 0;
  for (const char c : digits) number = 10 * number + (c - '0');
  return number;
}

// dec, sept, december
int MonthOf(std::string_view word) {
  if (word.size() < 3) return 0;
  const std::string lowered = Lowered(word);
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == lowered || (word.size() <= 4 && kMonths[i].starts_with(lowered))) {
      return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

// Bytes of glue at `at`; 0: none.
size_t GlueAt(std::string_view text, size_t at) {
  for (const std::string_view glue : kGlue) {
    if (!EqualsIgnoringCase(text.substr(at, glue.size()), glue)) continue;
    const bool word = IsLetter(glue[0]);
    if (word && at + glue.size() < text.size() && IsLetter(text[at + glue.size()])) continue;
    return glue.size();
  }
  return 0;
}

std::vector<Part> PartsOf(std::string_view text, size_t from) {
  std::vector<Part> parts;
  bool follows = false;
  for (size_t at = from; at < text.size();) {
    if (const size_t glue = GlueAt(text, at)) {
      at += glue;
      continue;
    }
    Part part{{at, at + 1}, -1, 0, follows};
    follows = false;
    if (IsDigit(text[at])) {
      part.span.end = RunEnd(text, at, IsDigit);
      part.number = NumberOf(text.substr(at, part.span.end - at));
    } else if (IsLetter(text[at])) {
      part.span.end = RunEnd(text, at, IsLetter);
      part.month = MonthOf(text.substr(at, part.span.end - at));
    }
    if (part.number >= 0 || part.month > 0) {
      parts.push_back(part);
      follows = true;
    }
    at = part.span.end;
  }
  return parts;
}

struct Day {
  int year, month, day;

  bool IsYear(const Part& part) const {
    const size_t digits = part.span.end - part.span.begin;
    return (digits == 4 && part.number == year) || (digits == 2 && part.number == year % 100);
  }
  bool IsMonth(const Part& part) const { return part.number == month || part.month == month; }
  bool IsDay(const Part& part) const { return part.number == day; }

  bool IsIn(const Part& a, const Part& b, const Part& c) const {
    return (IsYear(a) && IsMonth(b) && IsDay(c)) ||
           (IsYear(c) && ((IsDay(a) && IsMonth(b)) || (IsMonth(a) && IsDay(b))));
  }
  // Without a year figures alone say nothing.
  bool IsIn(std::string_view text, const Part& a, const Part& b) const {
    if (a.month + b.month > 0) return (IsDay(a) && IsMonth(b)) || (IsMonth(a) && IsDay(b));
    return IsMonth(a) && IsDay(b) && text.substr(a.span.end).starts_with("月");
  }
};

// A sign or an ordinal's ending that belongs to the part before it.
size_t WithEnding(std::string_view text, size_t end) {
  for (const std::string_view ending : {"日", "号", " 日", " 号", "th", "st", "nd", "rd"}) {
    if (text.substr(end).starts_with(ending)) return end + ending.size();
  }
  return end;
}

// A number of the text from `at` on, which goes on behind it.
int TakeNumber(std::string_view text, size_t* at) {
  const size_t end = RunEnd(text, *at, IsDigit);
  const int number = end == *at ? -1 : NumberOf(text.substr(*at, end - *at));
  *at = end;
  return number;
}

// "pm" behind a time, a blank and dots allowed; what is no such thing leaves `at` alone.
char TakeHalfOfDay(std::string_view text, size_t* at) {
  size_t next = *at;
  if (next < text.size() && text[next] == ' ') ++next;
  if (next >= text.size()) return ' ';
  const char half = ToLower(text[next]);
  if (half != 'a' && half != 'p') return ' ';
  ++next;
  if (next < text.size() && text[next] == '.') ++next;
  if (next >= text.size() || ToLower(text[next]) != 'm') return ' ';
  ++next;
  if (next < text.size() && IsLetter(text[next])) return ' ';
  *at = next;
  return half;
}

}  // namespace

std::optional<TextSpan> FindDate(std::string_view text, std::string_view date, size_t from) {
  const Day day{NumberOf(date.substr(0, 4)), NumberOf(date.substr(5, 2)),
                NumberOf(date.substr(8, 2))};
  const std::vector<Part> parts = PartsOf(text, from);
  for (size_t i = 0; i + 2 < parts.size(); ++i) {
    const Part &a = parts[i], &b = parts[i + 1], &c = parts[i + 2];
    if (b.follows && c.follows && day.IsIn(a, b, c)) {
      return TextSpan{a.span.begin, WithEnding(text, c.span.end)};
    }
  }
  const std::string figures = std::string(date.substr(0, 4)) + std::string(date.substr(5, 2)) +
                              std::string(date.substr(8, 2));
  if (const size_t at = text.find(figures, from); at != text.npos) {
    return TextSpan{at, at + figures.size()};
  }
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    const Part &a = parts[i], &b = parts[i + 1];
    if (b.follows && day.IsIn(text, a, b)) {
      return TextSpan{a.span.begin, WithEnding(text, b.span.end)};
    }
  }
  return std::nullopt;
}

std::optional<TextSpan> FindTime(std::string_view text, std::string_view time, size_t from) {
  const int hour = NumberOf(time.substr(0, 2)), minute = NumberOf(time.substr(3, 2)),
            second = NumberOf(time.substr(6, 2));
  for (size_t at = from; at < text.size();) {
    if (!IsDigit(text[at])) {
      ++at;
      continue;
    }
    const size_t begin = at;
    int found_hour = TakeNumber(text, &at);
    if (at >= text.size() || text[at] != ':') continue;
    ++at;
    const int found_minute = TakeNumber(text, &at);
    int found_second = 0;
    if (at + 1 < text.size() && text[at] == ':' && IsDigit(text[at + 1])) {
      ++at;
      found_second = TakeNumber(text, &at);
    }
    const char half = TakeHalfOfDay(text, &at);
    if (half == 'p' && found_hour < 12) found_hour += 12;
    if (half == 'a' && found_hour == 12) found_hour = 0;
    if (found_hour == hour && found_minute == minute && found_second == second) {
      return TextSpan{begin, at};
    }
  }
  return std::nullopt;
}

}  // namespace fathom
