#include "semantic/pii/checks.h"
#include "semantic/pii/rules.h"

namespace fathom {
namespace {

// How many groups from `first` on look like a printed card number.
size_t GroupsOfCard(const NumberText& text, size_t first) {
  for (Joint joint : {Joint::kSpace, Joint::kDash}) {
    if (text.HasShape(first, {4, 4, 4, 4, 3}, joint)) return 5;
    if (text.HasShape(first, {4, 4, 4, 4}, joint)) return 4;
    if (text.HasShape(first, {4, 6, 5}, joint) || text.HasShape(first, {4, 6, 4}, joint)) return 3;
  }
  return 1;
}

void AddCard(const NumberText& text, size_t first, size_t last, PiiSpans* found) {
  const size_t begin = text.groups()[first].begin, end = text.groups()[last].end;
  if (!text.MayBegin(begin) || !text.MayEnd(end)) return;
  const std::string digits = text.Digits(first, last);
  if (digits.size() < 12 || digits.size() > 19 || !PassesLuhn(digits)) return;
  const NumberContext context = text.ContextOf(begin, end);
  if (IsCardOfIssuer(digits)) {
    if (first == last && context.Says(Topic::kOther)) return;
    found->push_back({begin, end, PiiCategory::kCreditCard, PiiCertainty::kChecked});
  } else if (context.topic == Topic::kCard) {
    found->push_back({begin, end, PiiCategory::kCreditCard, PiiCertainty::kShape});
  }
}

}  // namespace

void FindCards(const NumberText& text, PiiSpans* found) {
  for (size_t first = 0; first < text.groups().size(); ++first) {
    const size_t groups = GroupsOfCard(text, first);
    AddCard(text, first, first + groups - 1, found);
    // "4111 1111 1111 1111 123": the last group may be the security code.
    if (groups == 5) AddCard(text, first, first + 3, found);
  }
}

}  // namespace fathom
