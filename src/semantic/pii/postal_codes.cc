#include "semantic/pii/ascii.h"
#include "semantic/pii/rules.h"

namespace fathom {
namespace {

// The states of the USA, its territories and its military post.
constexpr std::string_view kStates =
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU AS MP AA AE AP ";

bool IsBehindState(const NumberText& text, size_t begin) {
  if (begin < 5 || text.Before(begin) != ' ') return false;
  const std::string state = std::string(text.text().substr(begin - 3, 3));  // with its space
  if (!IsUpper(state[0]) || !IsUpper(state[1])) return false;
  const std::string_view before = text.text().substr(0, begin - 3);
  const size_t at = kStates.find(state);
  return (before.ends_with(", ") || before.ends_with(",")) && at != std::string_view::npos &&
         at % 3 == 0;
}

// 90210-1234, 394 13, 7412 SL, 75534-030: where a code ends whose first digits are group `first`.
size_t EndOfCode(const NumberText& text, size_t first) {
  const DigitGroup& group = text.groups()[first];
  if (first + 1 < text.groups().size()) {
    const DigitGroup& next = text.groups()[first + 1];
    const bool joined = (group.next == Joint::kDash && next.size() >= 3 && next.size() <= 4) ||
                        (group.next == Joint::kSpace && group.size() == 3 && next.size() == 2);
    if (joined && text.MayEnd(next.end)) return next.end;
  }
  if (group.size() == 4 && text.At(group.end) == ' ' && IsUpper(text.At(group.end + 1)) &&
      IsUpper(text.At(group.end + 2)) && text.MayEnd(group.end + 3)) {
    return group.end + 3;
  }
  return group.end;
}

bool IsUpperAt(const NumberText& text, size_t at, size_t count) {
  for (size_t i = at; i < at + count; ++i) {
    if (!IsUpper(text.At(i))) return false;
  }
  return true;
}

// SW1A 1AA, M1 1AE: where a British code ends whose first digits are group `first`; 0: none.
size_t EndOfBritish(const NumberText& text, size_t first) {
  const auto& groups = text.groups();
  if (first + 1 >= groups.size() || groups[first].size() > 2) return 0;
  const DigitGroup& inward = groups[first + 1];
  const size_t space = groups[first].end + (IsUpper(text.At(groups[first].end)) ? 1 : 0);
  if (text.At(space) != ' ' || inward.begin != space + 1 || inward.size() != 1) return 0;
  if (!IsUpperAt(text, inward.end, 2) || !text.MayEnd(inward.end + 2)) return 0;
  // Letters that look alike are never given, and "8GB" is a size.
  const std::string_view letters = text.text().substr(inward.end, 2);
  if (letters.find_first_of("CIKMOV") != std::string_view::npos) return 0;
  return letters == "GB" || letters == "TB" ? 0 : inward.end + 2;
}

// K1A 0B1: the same for Canada.
size_t EndOfCanadian(const NumberText& text, size_t first) {
  const auto& groups = text.groups();
  if (first + 2 >= groups.size()) return 0;
  const DigitGroup &a = groups[first], &b = groups[first + 1], &c = groups[first + 2];
  if (a.size() != 1 || b.size() != 1 || c.size() != 1) return 0;
  if (b.begin != a.end + 2 || c.begin != b.end + 1 || text.At(a.end + 1) != ' ') return 0;
  return IsUpper(text.At(a.end)) && IsUpper(text.At(b.end)) && text.MayEnd(c.end) ? c.end : 0;
}

void AddWithLetters(const NumberText& text, size_t first, PiiSpans* found) {
  size_t begin = text.groups()[first].begin;
  while (begin > 0 && IsUpper(text.Before(begin)) && text.groups()[first].begin - begin < 3)
    --begin;
  const size_t letters = text.groups()[first].begin - begin;
  if (letters == 0 || letters > 2 || !text.MayBegin(begin)) return;
  size_t end = EndOfBritish(text, first);
  if (end == 0 && letters == 1) end = EndOfCanadian(text, first);
  if (end == 0 || text.ContextOf(begin, end).Says(Topic::kOther)) return;
  found->push_back({begin, end, PiiCategory::kPostalCode, PiiCertainty::kShape});
}

}  // namespace

void FindPostalCodes(const NumberText& text, PiiSpans* found) {
  for (size_t first = 0; first < text.groups().size(); ++first) {
    const DigitGroup& group = text.groups()[first];
    AddWithLetters(text, first, found);
    if (group.size() < 3 || group.size() > 7 || !text.MayBegin(group.begin)) continue;
    const size_t end = EndOfCode(text, first);
    if (!text.MayEnd(end)) continue;
    if (group.size() == 5 && IsBehindState(text, group.begin)) {
      found->push_back({group.begin, end, PiiCategory::kPostalCode, PiiCertainty::kShape});
    } else if (text.ContextOf(group.begin, end).Says(Topic::kPostal)) {
      found->push_back({group.begin, end, PiiCategory::kPostalCode, PiiCertainty::kContext});
    }
  }
}

}  // namespace fathom
