#include <array>
#include <optional>

#include "semantic/pii/ascii.h"
#include "semantic/pii/phone_shapes.h"
#include "semantic/pii/rules.h"

namespace fathom {
namespace {

// "00", a country of three digits and 12 more; a number has at most one group per two digits.
constexpr size_t kMinDigits = 7, kMaxDigits = 17, kMaxGroups = 7;

// Some groups and the bytes they cover, "+" and "(" before them included.
struct Window {
  size_t first = 0, last = 0;
  size_t begin = 0, end = 0;
  PhoneNumber number;
};

// One kind of joint throughout; parentheses, and a slash behind the area, are exempt.
bool IsJoinedEvenly(const NumberText& text, const Window& window) {
  Joint common = Joint::kNone;
  for (size_t i = window.first; i < window.last; ++i) {
    const Joint joint = text.groups()[i].next;
    if (joint == Joint::kOpen || joint == Joint::kClose) continue;
    if (joint == Joint::kSlash && i == window.first) continue;
    if (common != Joint::kNone && joint != common) return false;
    common = joint;
  }
  return true;
}

// The window without what stands before its digits: "+", and "(" when it is closed inside.
std::optional<Window> WindowOf(const NumberText& text, size_t first, size_t last) {
  Window window{first, last, text.groups()[first].begin, text.groups()[last].end, {}};
  int open = 0;
  for (size_t i = first; i <= last; ++i) {
    const DigitGroup& group = text.groups()[i];
    window.number.shape += "0123456789abcdefgh"[std::min<size_t>(group.size(), kMaxDigits)];
    if (i == last) break;
    if (group.next == Joint::kOpen) ++open;
    if (group.next == Joint::kClose) --open;
  }
  window.number.digits = text.Digits(first, last);
  if (text.Before(window.begin) == '+') {
    window.number.has_plus = true;
    --window.begin;
  }
  if (open < 0 && text.Before(window.begin) == '(') {
    --window.begin;
    ++open;
    window.number.has_area_in_parentheses =
        !window.number.has_plus && text.groups()[first].next == Joint::kClose;
  }
  if (open != 0) return std::nullopt;
  return window;
}

bool MayBegin(const NumberText& text, const Window& window) {
  return text.At(window.begin) == '+' ? !IsDigit(text.Before(window.begin))
                                      : text.MayBegin(window.begin);
}

// Where an extension ends that follows at `at`; `at` when none does.
size_t ExtensionEnd(const NumberText& text, size_t at) {
  static constexpr std::array<std::string_view, 9> kWords{
      "x", " x", " ext. ", " ext ", " ext.", " extension ", "转", " 转 ", "-"};
  const std::string_view rest = text.lowered().substr(at);
  for (std::string_view word : kWords) {
    if (!rest.starts_with(word)) continue;
    const size_t digits = RunEnd(rest, word.size(), IsDigit) - word.size();
    if (digits >= (word == "-" ? 3 : 1) && digits <= 6) return at + word.size() + digits;
  }
  return at;
}

// What the window is by its shape alone, whatever stands before it.
bool IsByShape(const NumberText& text, const Window& window) {
  const PhoneNumber& number = window.number;
  if (IsInternational(number)) return true;
  if (number.has_plus || !IsJoinedEvenly(text, window)) return false;
  if (IsNorthAmerican(number) || IsChinese(number) || HasAreaInParentheses(number)) return true;
  // Dots join figures of all kinds; in pairs they are a French number.
  const bool has_dots = text.groups()[window.first].next == Joint::kDot;
  return HasTrunkPrefix(number) && (!has_dots || number.shape == "22222");
}

std::optional<PiiCertainty> CertaintyOf(const NumberText& text, const Window& window) {
  const NumberContext context = text.ContextOf(window.begin, window.end);
  if (context.topic == Topic::kPhone && IsJoinedEvenly(text, window) &&
      IsPlausible(window.number) && (context.direct || window.last > window.first)) {
    return IsByShape(text, window) ? PiiCertainty::kShape : PiiCertainty::kContext;
  }
  if (!IsByShape(text, window)) return std::nullopt;
  const bool may_be = !context.direct || context.topic == Topic::kNone ||
                      context.topic == Topic::kPhone || context.topic == Topic::kBirth ||
                      window.number.has_plus;
  if (!may_be) return std::nullopt;
  return PiiCertainty::kShape;
}

// The longest telephone number that begins with group `first`: adds it and returns its last group.
std::optional<size_t> AddPhone(const NumberText& text, size_t first, PiiSpans* found) {
  const auto& groups = text.groups();
  size_t last = first, digits = groups[first].size();
  while (last + 1 < groups.size() && groups[last].next != Joint::kNone &&
         last + 1 - first < kMaxGroups && digits + groups[last + 1].size() <= kMaxDigits) {
    digits += groups[++last].size();
  }
  if (digits > kMaxDigits) return std::nullopt;
  for (; digits >= kMinDigits; --last) {
    if (const auto window = WindowOf(text, first, last); window && MayBegin(text, *window)) {
      size_t end = ExtensionEnd(text, window->end);
      if (!text.MayEnd(end)) end = window->end;
      const auto certainty = text.MayEnd(end) ? CertaintyOf(text, *window) : std::nullopt;
      if (certainty) {
        found->push_back({window->begin, end, PiiCategory::kPhone, *certainty});
        return last;
      }
    }
    digits -= groups[last].size();
  }
  return std::nullopt;
}

}  // namespace

void FindPhones(const NumberText& text, PiiSpans* found) {
  for (size_t first = 0; first < text.groups().size(); ++first) {
    if (const auto last = AddPhone(text, first, found)) first = *last;
  }
}

}  // namespace fathom
