#include <algorithm>
#include <array>
#include <optional>

#include "semantic/pii/ascii.h"
#include "semantic/pii/checks.h"
#include "semantic/pii/rules.h"

namespace fathom {
namespace {

struct Range {
  size_t begin = 0, end = 0;  // bytes
};

int Value(const NumberText& text, const DigitGroup& group) {
  return group.size() > 4 ? -1
                          : std::stoi(std::string(text.text().substr(group.begin, group.size())));
}

struct FiguresDate {
  Range range;
  bool has_century = false;
};

// 2001-05-06, 2001/5/6, 6.5.2001, 5/6/2001, 5/6/84.
std::optional<FiguresDate> InFigures(const NumberText& text, size_t first) {
  const auto& groups = text.groups();
  if (first + 2 >= groups.size()) return std::nullopt;
  const DigitGroup &a = groups[first], &b = groups[first + 1], &c = groups[first + 2];
  const Joint joint = a.next;
  if (joint != b.next) return std::nullopt;
  if (joint != Joint::kDash && joint != Joint::kSlash && joint != Joint::kDot) return std::nullopt;
  if (b.size() > 2 || c.size() == 3) return std::nullopt;
  const int x = Value(text, a), y = Value(text, b), z = Value(text, c);
  const FiguresDate date{{a.begin, c.end}, a.size() == 4 || c.size() == 4};
  if (a.size() == 4) return c.size() <= 2 && IsDay(x, y, z) ? std::optional(date) : std::nullopt;
  if (a.size() > 2 || c.size() == 1) return std::nullopt;
  const int year = c.size() == 2 ? 2000 + z : z;  // 19xx has the same leap years but for 1900
  return IsDay(year, x, y) || IsDay(year, y, x) ? std::optional(date) : std::nullopt;
}

// 2001年5月6日; spaces may stand around the figures.
std::optional<Range> InChinese(const NumberText& text, size_t first) {
  const auto& groups = text.groups();
  if (first + 2 >= groups.size()) return std::nullopt;
  const auto sign_between = [&](size_t from, size_t to) {
    std::string_view gap = text.text().substr(from, to - from);
    while (gap.starts_with(' ')) gap.remove_prefix(1);
    while (gap.ends_with(' ')) gap.remove_suffix(1);
    return gap;
  };
  const DigitGroup &year = groups[first], &month = groups[first + 1], &day = groups[first + 2];
  if (month.begin - year.end > 8 || day.begin - month.end > 8) return std::nullopt;
  if (sign_between(year.end, month.begin) != "年") return std::nullopt;
  if (sign_between(month.end, day.begin) != "月") return std::nullopt;
  if (!IsDay(Value(text, year), Value(text, month), Value(text, day))) return std::nullopt;
  size_t end = day.end;
  while (text.At(end) == ' ') ++end;
  for (std::string_view sign : {"日", "号", "號"}) {
    if (text.text().substr(end).starts_with(sign)) return Range{year.begin, end + sign.size()};
  }
  return std::nullopt;
}

// The month whose English name, or its first letters, ends at `end`: 1..12 and where it begins.
struct Month {
  int number = 0;
  size_t begin = 0;
};

std::optional<Month> MonthBefore(const NumberText& text, size_t end) {
  static constexpr std::array<std::string_view, 12> kMonths{
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  if (end > 0 && text.Before(end) == '.') --end;
  size_t begin = end;
  while (begin > 0 && end - begin < 10 && IsLetter(text.Before(begin))) --begin;
  const std::string_view word = text.lowered().substr(begin, end - begin);
  if (word.size() < 3) return std::nullopt;
  for (size_t i = 0; i < kMonths.size(); ++i) {
    const bool is_short = word.size() == 3 || word == "sept";
    if (word == kMonths[i] || (is_short && kMonths[i].starts_with(word))) {
      return Month{static_cast<int>(i) + 1, begin};
    }
  }
  return std::nullopt;
}

size_t WithoutTrailing(const NumberText& text, size_t end, std::string_view characters) {
  while (end > 0 && characters.find(text.Before(end)) != std::string_view::npos) --end;
  return end;
}

// Without the "th" of "5th" in front of `end`.
size_t WithoutOrdinal(const NumberText& text, size_t end) {
  if (end < 3 || !IsDigit(text.At(end - 3))) return end;
  const std::string_view suffix = text.lowered().substr(end - 2, 2);
  const bool is_ordinal = suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th";
  return is_ordinal ? end - 2 : end;
}

// Groups `year` - 1 and `year`: January 5, 2001; 5th of Jan. 2001; 5-Jan-2001.
std::optional<Range> WithMonthName(const NumberText& text, size_t year) {
  const auto& groups = text.groups();
  if (year == 0 || groups[year].size() != 4 || groups[year - 1].size() > 2) return std::nullopt;
  const DigitGroup& day = groups[year - 1];
  if (groups[year].begin - day.end > 20) return std::nullopt;  // " of September, "
  const size_t before_year = WithoutTrailing(text, groups[year].begin, " ,-");
  std::optional<Month> month;
  Range range{day.begin, groups[year].end};
  if (WithoutOrdinal(text, before_year) == day.end) {
    month = MonthBefore(text, WithoutTrailing(text, day.begin, " -"));
    if (month) range.begin = month->begin;
  } else if ((month = MonthBefore(text, before_year))) {
    size_t between = WithoutTrailing(text, month->begin, " -");
    if (text.lowered().substr(0, between).ends_with(" of")) between -= 3;
    if (WithoutOrdinal(text, between) != day.end) month.reset();
  }
  if (!month || !IsDay(Value(text, groups[year]), month->number, Value(text, day))) {
    return std::nullopt;
  }
  return range;
}

// Two digits at `at`, below `limit`.
bool IsClockPart(const NumberText& text, size_t at, int limit) {
  return IsDigit(text.At(at)) && IsDigit(text.At(at + 1)) &&
         (text.At(at) - '0') * 10 + (text.At(at + 1) - '0') < limit;
}

// "Z", "+01:00", " PM" behind a time of day that ends at `end`.
size_t EndOfZone(const NumberText& text, size_t end) {
  if (text.At(end) == 'Z') return end + 1;
  const bool has_zone = (text.At(end) == '+' || text.At(end) == '-') &&
                        IsClockPart(text, end + 1, 24) && text.At(end + 3) == ':' &&
                        IsClockPart(text, end + 4, 60);
  if (has_zone) return end + 6;
  const std::string_view rest = text.lowered().substr(end);
  for (std::string_view half : {" am", " pm", "am", "pm"}) {
    if (rest.starts_with(half) && text.MayEnd(end + half.size())) return end + half.size();
  }
  return end;
}

// Behind a date: " 12:20", " 1:20 PM", "T12:20:39.5Z", "T12:20:39+01:00".
size_t EndOfTime(const NumberText& text, size_t date_end) {
  if (text.At(date_end) != ' ' && text.At(date_end) != 'T') return date_end;
  size_t end = date_end + 1;
  if (IsClockPart(text, end, 24)) {
    end += 2;
  } else if (IsDigit(text.At(end))) {
    ++end;
  }
  if (text.At(end) != ':' || !IsClockPart(text, end + 1, 60)) return date_end;
  end += 3;
  if (text.At(end) == ':' && IsClockPart(text, end + 1, 61)) end += 3;
  if (text.At(end) == '.' && IsDigit(text.At(end + 1))) end = RunEnd(text.text(), end + 1, IsDigit);
  return EndOfZone(text, end);
}

// Without a century, figures need a word to be a date: 1/2/03 is much else.
void AddDate(const NumberText& text, Range date, bool has_century, PiiSpans* found) {
  const size_t end = EndOfTime(text, date.end);
  const bool ends = end != date.end || text.MayEnd(date.end);
  if (!text.MayBegin(date.begin) || !ends) return;
  const bool is_birth = text.ContextOf(date.begin, end).topic == Topic::kBirth;
  if (!has_century && !is_birth) return;
  if (is_birth) {
    found->push_back({date.begin, end, PiiCategory::kDateOfBirth, PiiCertainty::kShape});
  }
  // A date of birth is a date too, for those who ask for nothing else.
  found->push_back({date.begin, end, PiiCategory::kDate, PiiCertainty::kShape});
}

// "born in 1977".
void AddYearOfBirth(const NumberText& text, const DigitGroup& group, PiiSpans* found) {
  if (group.size() != 4 || !IsDay(Value(text, group), 1, 1)) return;
  if (!text.MayBegin(group.begin) || !text.MayEnd(group.end)) return;
  if (!text.ContextOf(group.begin, group.end).Says(Topic::kBirth)) return;
  found->push_back({group.begin, group.end, PiiCategory::kDateOfBirth, PiiCertainty::kContext});
}

}  // namespace

void FindDates(const NumberText& text, PiiSpans* found) {
  for (size_t i = 0; i < text.groups().size(); ++i) {
    if (const auto date = InFigures(text, i)) AddDate(text, date->range, date->has_century, found);
    if (const auto date = InChinese(text, i)) AddDate(text, *date, true, found);
    if (const auto date = WithMonthName(text, i)) AddDate(text, *date, true, found);
    AddYearOfBirth(text, text.groups()[i], found);
  }
}

}  // namespace fathom
