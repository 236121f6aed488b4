#include "semantic/pii/number_text.h"

#include <algorithm>

#include "semantic/pii/ascii.h"

namespace fathom {
namespace {

// A keyword speaks for a number within the same clause, some six words or twelve Chinese
// characters.
constexpr size_t kContextBytes = 40;

struct Gap {
  std::string_view text;
  Joint joint;
};

constexpr Gap kGaps[] = {
    {" ", Joint::kSpace},     {"\u00A0", Joint::kSpace}, {"-", Joint::kDash},
    {" - ", Joint::kDash},    {"\u2010", Joint::kDash},  {"\u2011", Joint::kDash},
    {"\u2012", Joint::kDash}, {"\u2013", Joint::kDash},  {".", Joint::kDot},
    {"/", Joint::kSlash},     {"/ ", Joint::kSlash},     {"(", Joint::kOpen},
    {" (", Joint::kOpen},     {")", Joint::kClose},      {") ", Joint::kClose},
    {")-", Joint::kClose},
};

Joint JointOf(std::string_view gap) {
  for (const Gap& known : kGaps) {
    if (known.text == gap) return known.joint;
  }
  return Joint::kNone;
}

std::vector<DigitGroup> FindGroups(std::string_view text) {
  std::vector<DigitGroup> groups;
  for (size_t at = 0; at < text.size();) {
    if (!IsDigit(text[at])) {
      ++at;
      continue;
    }
    const size_t end = RunEnd(text, at, IsDigit);
    if (!groups.empty()) {
      const size_t gap = groups.back().end;
      groups.back().next = JointOf(text.substr(gap, at - gap));
    }
    groups.push_back({at, end});
    at = end;
  }
  return groups;
}

bool EndsWithCurrency(std::string_view text) {
  for (std::string_view sign : {"$", "€", "£", "¥", "￥"}) {
    if (text.ends_with(sign)) return true;
  }
  return false;
}

// What may stand between a number and a keyword behind it that speaks for it.
bool LinksBackwards(std::string_view gap) {
  for (std::string_view link : {"", " ", "(", " (", "（", " is my ", "是我的", "是"}) {
    if (gap == link) return true;
  }
  return false;
}

}  // namespace

NumberText::NumberText(std::string_view text)
    : text_(text),
      lowered_(Lowered(text)),
      groups_(FindGroups(text)),
      marks_(MarkTopics(lowered_)) {}

bool NumberText::MayBegin(size_t at) const {
  const char previous = Before(at);
  if (IsAlnum(previous) || previous == '_' || previous == '+') return false;
  if (at >= 2) {
    const char further = text_[at - 2];
    if (previous == '-' && IsAlnum(further)) return false;
    if ((previous == '.' || previous == '/' || previous == ':') && IsDigit(further)) return false;
  }
  return !EndsWithCurrency(text_.substr(0, at));
}

bool NumberText::MayEnd(size_t at) const {
  const char next = At(at);
  if (IsAlnum(next) || next == '_' || next == '%') return false;
  const char further = At(at + 1);
  if (next == '-') return !IsAlnum(further);
  return !((next == '.' || next == '/' || next == ':') && IsDigit(further));
}

std::string NumberText::Digits(size_t first, size_t last) const {
  std::string digits;
  for (size_t i = first; i <= last; ++i)
    digits += text_.substr(groups_[i].begin, groups_[i].size());
  return digits;
}

bool NumberText::HasShape(size_t first, std::initializer_list<size_t> sizes, Joint joint) const {
  if (first + sizes.size() > groups_.size()) return false;
  size_t at = first;
  for (size_t size : sizes) {
    if (groups_[at].size() != size) return false;
    if (at > first && groups_[at - 1].next != joint) return false;
    ++at;
  }
  return true;
}

NumberContext NumberText::ContextOf(size_t begin, size_t end) const {
  const auto after =
      std::lower_bound(marks_.begin(), marks_.end(), begin,
                       [](const TopicMark& mark, size_t at) { return mark.end <= at; });
  for (auto mark = after; mark != marks_.begin();) {
    --mark;
    if (begin - mark->end > kContextBytes) break;
    const std::string_view between = text_.substr(mark->end, begin - mark->end);
    const bool direct = std::none_of(between.begin(), between.end(), IsDigit);
    const bool same_line = between.find('\n') == std::string_view::npos;
    if (mark->topic == Topic::kOther && !(direct && same_line)) continue;
    return {mark->topic, direct};
  }
  const auto behind =
      std::find_if(after, marks_.end(), [&](const TopicMark& mark) { return mark.begin >= end; });
  if (behind == marks_.end() || behind->topic == Topic::kOther) return {};
  // "..., phone: ...": a keyword with a colon belongs to what comes next.
  const std::string_view rest = text_.substr(behind->end);
  if (rest.starts_with(":") || rest.starts_with("：")) return {};
  if (!LinksBackwards(text_.substr(end, behind->begin - end))) return {};
  return {behind->topic, true};
}

}  // namespace fathom
