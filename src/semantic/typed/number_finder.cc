#include "semantic/typed/number_finder.h"

#include <algorithm>
#include <array>
#include <vector>

#include "semantic/pii/ascii.h"

namespace fathom {
namespace {

// Digits without leading zeros, and a fraction without zeros at its end: equal numbers, equal
// texts.
struct Magnitude {
  std::string whole, fraction;

  bool operator==(const Magnitude&) const = default;
};

Magnitude MakeMagnitude(std::string whole, std::string fraction) {
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return {std::move(whole), std::move(fraction)};
}

Magnitude MagnitudeOf(std::string_view number) {
  if (number.starts_with('-')) number.remove_prefix(1);
  const size_t point = std::min(number.find('.'), number.size());
  return MakeMagnitude(std::string(number.substr(0, point)),
                       std::string(number.substr(std::min(point + 1, number.size()))));
}

// Figures as they stand in a text: groups of digits, and what is between them.
struct Figures {
  TextSpan span;
  std::vector<std::string> groups;
  std::string separators;  // one less than groups

  // Those from group `first` to group `last`.
  Figures Part(size_t first, size_t last) const {
    Figures part{span, {}, separators.substr(first, last - first)};
    for (size_t i = 0; i < first; ++i) part.span.begin += groups[i].size() + 1;
    part.span.end = part.span.begin + last - first;
    for (size_t i = first; i <= last; ++i) {
      part.groups.push_back(groups[i]);
      part.span.end += groups[i].size();
    }
    return part;
  }
};

bool IsSeparator(std::string_view text, size_t at) {
  const char c = text[at];
  if (c != '.' && c != ',' && c != '\'' && c != ' ') return false;
  if (at + 1 >= text.size() || !IsDigit(text[at + 1])) return false;
  // A blank separates thousands or different numbers.
  return c != ' ' || RunEnd(text, at + 1, IsDigit) - at == 4;
}

// REQUIRES a digit at `begin`
Figures ReadFigures(std::string_view text, size_t begin) {
  Figures figures{{begin, begin}, {}, {}};
  while (true) {
    const size_t end = RunEnd(text, figures.span.end, IsDigit);
    figures.groups.emplace_back(text.substr(figures.span.end, end - figures.span.end));
    figures.span.end = end;
    if (end == text.size() || !IsSeparator(text, end)) return figures;
    figures.separators += text[end];
    ++figures.span.end;
  }
}

// The groups up to `last` as one whole number: the same separator everywhere, and three digits (in
// India two) behind it.
std::optional<std::string> Whole(const Figures& figures, size_t last) {
  std::string whole = figures.groups[0];
  if (last > 0 && whole.size() > 1 && whole[0] == '0') return std::nullopt;  // "00,300"
  for (size_t i = 1; i <= last; ++i) {
    const size_t digits = figures.groups[i].size();
    if (figures.separators[i - 1] != figures.separators[0]) return std::nullopt;
    if (digits != 3 && (digits != 2 || i == last)) return std::nullopt;
    whole += figures.groups[i];
  }
  return whole;
}

// The numbers that the figures may be: "1,234" is 1234 or 1.234.
std::vector<Magnitude> Readings(const Figures& figures) {
  std::vector<Magnitude> readings;
  const size_t last = figures.groups.size() - 1;
  if (const auto whole = Whole(figures, last)) readings.push_back(MakeMagnitude(*whole, ""));
  if (last == 0) return readings;
  const char point = figures.separators.back();
  if (point != '.' && point != ',') return readings;
  if (last > 1 && figures.separators[0] == point) return readings;
  if (const auto before = Whole(figures, last - 1)) {
    readings.push_back(MakeMagnitude(*before, figures.groups[last]));
  }
  return readings;
}

// What parts groups `first` to `last` from the others parts none of them from each other.
bool StandsApart(const Figures& figures, size_t first, size_t last) {
  const std::string_view inside = std::string_view(figures.separators).substr(first, last - first);
  const bool before = first == 0 || inside.find(figures.separators[first - 1]) == inside.npos;
  return before && (last == figures.separators.size() ||
                    inside.find(figures.separators[last]) == inside.npos);
}

// Where the figures say `number`: all of them, or, where these are no number together (columns of
// amounts, a list, a day), the longest of their parts.
std::optional<TextSpan> PlaceIn(const Figures& figures, const Magnitude& number) {
  constexpr size_t kMostGroups = 6;  // of one number
  const auto says = [&](const std::vector<Magnitude>& readings) {
    return std::ranges::find(readings, number) != readings.end();
  };
  const std::vector<Magnitude> all = Readings(figures);
  if (says(all)) return figures.span;
  if (!all.empty()) return std::nullopt;
  const size_t groups = figures.groups.size();
  for (size_t length = std::min(groups - 1, kMostGroups); length > 0; --length) {
    for (size_t first = 0; first + length <= groups; ++first) {
      const Figures part = figures.Part(first, first + length - 1);
      if (StandsApart(figures, first, first + length - 1) && says(Readings(part))) return part.span;
    }
  }
  return std::nullopt;
}

// In front of the figures stands a minus, or a bracket as bookkeepers write it; a hyphen behind a
// letter or digit ("A-3", "3-5") is none.
bool IsNegative(std::string_view text, size_t begin) {
  if (begin == 0) return false;
  if (text[begin - 1] == '(' || text.substr(0, begin).ends_with("\u2212")) return true;
  return text[begin - 1] == '-' && (begin == 1 || !IsAlnum(text[begin - 2]));
}

// 25/12/2018, 8:13, TD01167104, 07-3507405
bool LooksLikeAPart(std::string_view text, TextSpan span) {
  constexpr std::string_view kJoints = "/:-_#";
  const auto joins = [&](size_t at, size_t beyond) {
    if (at >= text.size()) return false;
    if (IsLetter(text[at])) return true;
    return kJoints.find(text[at]) != kJoints.npos && beyond < text.size() && IsAlnum(text[beyond]);
  };
  return joins(span.end, span.end + 1) || (span.begin > 0 && joins(span.begin - 1, span.begin - 2));
}

std::optional<TextSpan> FindNumberWord(std::string_view text, std::string_view number,
                                       size_t from) {
  constexpr std::array<std::array<std::string_view, 2>, 13> kWords = {{{"zero", "零"},
                                                                       {"one", "一"},
                                                                       {"two", "二"},
                                                                       {"three", "三"},
                                                                       {"four", "四"},
                                                                       {"five", "五"},
                                                                       {"six", "六"},
                                                                       {"seven", "七"},
                                                                       {"eight", "八"},
                                                                       {"nine", "九"},
                                                                       {"ten", "十"},
                                                                       {"eleven", "十一"},
                                                                       {"twelve", "十二"}}};
  for (size_t i = 0; i < kWords.size(); ++i) {
    if (number != std::to_string(i)) continue;
    const std::string lowered = Lowered(text);
    if (const size_t at = lowered.find(kWords[i][1], from); at != lowered.npos) {
      return TextSpan{at, at + kWords[i][1].size()};
    }
    const std::string_view word = kWords[i][0];
    for (size_t at = lowered.find(word, from); at != lowered.npos;
         at = lowered.find(word, at + 1)) {
      const size_t end = at + word.size();
      const auto joins = [&](size_t place) {  // "fifty-five"
        return place < lowered.size() && (IsLetter(lowered[place]) || lowered[place] == '-');
      };
      if ((at == 0 || !joins(at - 1)) && !joins(end)) return TextSpan{at, end};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<TextSpan> FindNumber(std::string_view text, std::string_view number, size_t from) {
  const Magnitude wanted = MagnitudeOf(number);
  std::optional<TextSpan> part;
  for (size_t at = from; at < text.size();) {
    if (!IsDigit(text[at])) {
      ++at;
      continue;
    }
    const Figures figures = ReadFigures(text, at);
    at = figures.span.end;
    const std::optional<TextSpan> place = PlaceIn(figures, wanted);
    if (!place) continue;
    TextSpan span = *place;
    if (number.starts_with('-')) {
      if (!IsNegative(text, span.begin)) continue;
      if (span.begin > from && text[span.begin - 1] == '-') --span.begin;
    }
    if (!LooksLikeAPart(text, span)) return span;
    if (!part) part = span;
  }
  return part ? part : FindNumberWord(text, number, from);
}

}  // namespace fathom
