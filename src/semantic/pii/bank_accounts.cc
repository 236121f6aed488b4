#include "semantic/pii/ascii.h"
#include "semantic/pii/checks.h"
#include "semantic/pii/rules.h"

namespace fathom {
namespace {

// Two letters, then letters and digits in one piece or with single spaces between.
void AddIban(const NumberText& text, size_t first, PiiSpans* found) {
  const DigitGroup& group = text.groups()[first];
  if (group.size() < 2 || group.begin < 2) return;
  const size_t begin = group.begin - 2;
  const size_t length = IbanLength(text.text().substr(begin, 2));
  if (length == 0 || !text.MayBegin(begin)) return;
  std::string iban;
  size_t end = begin;
  while (iban.size() < length) {
    if (text.At(end) == ' ' && IsAlnum(text.Before(end))) ++end;
    if (!IsAlnum(text.At(end))) return;
    iban += text.At(end++);
  }
  if (!text.MayEnd(end) || !IsIban(iban)) return;
  found->push_back({begin, end, PiiCategory::kIban, PiiCertainty::kChecked});
}

// 8 to 19 digits; 6 for a British sort code. Groups must be joined alike.
void AddAccount(const NumberText& text, size_t first, PiiSpans* found) {
  const auto& groups = text.groups();
  if (!text.MayBegin(groups[first].begin)) return;
  const Joint joint = groups[first].next;
  size_t last = first, digits = groups[first].size();
  if (joint == Joint::kSpace || joint == Joint::kDash) {
    while (last + 1 < groups.size() && groups[last].next == joint && digits <= 19) {
      digits += groups[++last].size();
    }
  }
  const size_t begin = groups[first].begin, end = groups[last].end;
  const bool is_sort_code = text.HasShape(first, {2, 2, 2}, Joint::kDash) && digits == 6;
  if ((digits < 8 && !is_sort_code) || digits > 19 || !text.MayEnd(end)) return;
  if (!text.ContextOf(begin, end).Says(Topic::kAccount)) return;
  found->push_back({begin, end, PiiCategory::kBankAccount, PiiCertainty::kContext});
}

}  // namespace

void FindBankAccounts(const NumberText& text, PiiSpans* found) {
  for (size_t first = 0; first < text.groups().size(); ++first) {
    AddIban(text, first, found);
    AddAccount(text, first, found);
  }
}

}  // namespace fathom
