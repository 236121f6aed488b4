#include "semantic/pii/ascii.h"
#include "semantic/pii/checks.h"
#include "semantic/pii/rules.h"

namespace fathom {
namespace {

// The group at `first` in one piece or as `sizes`; the last group of it, or nothing.
struct Piece {
  bool exists = false;
  size_t last = 0;
  Joint joint = Joint::kNone;
};

Piece PieceOf(const NumberText& text, size_t first, std::initializer_list<size_t> sizes) {
  size_t total = 0;
  for (size_t size : sizes) total += size;
  if (text.groups()[first].size() == total) return {true, first, Joint::kNone};
  for (Joint joint : {Joint::kDash, Joint::kSpace}) {
    if (text.HasShape(first, sizes, joint)) return {true, first + sizes.size() - 1, joint};
  }
  return {};
}

// Dashes are enough where no other kind of number is named; otherwise the words must say it.
void AddSsn(const NumberText& text, size_t first, PiiSpans* found) {
  const Piece piece = PieceOf(text, first, {3, 2, 4});
  if (!piece.exists) return;
  const size_t begin = text.groups()[first].begin, end = text.groups()[piece.last].end;
  if (!text.MayBegin(begin) || !text.MayEnd(end)) return;
  if (!IsSsn(text.Digits(first, piece.last))) return;
  const NumberContext context = text.ContextOf(begin, end);
  const bool named = context.Says(Topic::kSsn);
  const bool open = !context.direct || context.topic == Topic::kNone ||
                    context.topic == Topic::kId || context.topic == Topic::kBirth;
  if (!named && !(piece.joint == Joint::kDash && open)) return;
  found->push_back({begin, end, PiiCategory::kUsSsn,
                    piece.joint == Joint::kNone ? PiiCertainty::kContext : PiiCertainty::kShape});
}

// Two letters, six digits, a letter A..D: QQ 12 34 56 C.
void AddNino(const NumberText& text, size_t first, PiiSpans* found) {
  const Piece piece = PieceOf(text, first, {2, 2, 2});
  const size_t digits = text.groups()[first].begin;
  const size_t letters_end = digits > 0 && text.Before(digits) == ' ' ? digits - 1 : digits;
  if (!piece.exists || piece.joint == Joint::kDash || letters_end < 2) return;
  const size_t begin = letters_end - 2;
  size_t last = text.groups()[piece.last].end;
  if (text.At(last) == ' ') ++last;
  const char suffix = text.At(last);
  if (ToUpper(suffix) < 'A' || ToUpper(suffix) > 'D') return;
  if (!IsNinoPrefix(text.text().substr(begin, 2))) return;
  if (!text.MayBegin(begin) || !text.MayEnd(last + 1)) return;
  const NumberContext context = text.ContextOf(begin, last + 1);
  const bool upper = IsUpper(suffix) && IsUpper(text.At(begin)) && IsUpper(text.At(begin + 1));
  if (!context.Says(Topic::kNino) && (!upper || context.Says(Topic::kOther))) return;
  found->push_back({begin, last + 1, PiiCategory::kUkNino, PiiCertainty::kShape});
}

void AddNhs(const NumberText& text, size_t first, PiiSpans* found) {
  const Piece piece = PieceOf(text, first, {3, 3, 4});
  if (!piece.exists) return;
  const size_t begin = text.groups()[first].begin, end = text.groups()[piece.last].end;
  if (!text.MayBegin(begin) || !text.MayEnd(end)) return;
  if (!IsNhsNumber(text.Digits(first, piece.last))) return;
  if (!text.ContextOf(begin, end).Says(Topic::kNhs)) return;
  found->push_back({begin, end, PiiCategory::kUkNhs, PiiCertainty::kChecked});
}

// 18 characters need no word; the 15 digits of cards from before 1999 have no check digit and do.
void AddCnId(const NumberText& text, size_t first, PiiSpans* found) {
  const DigitGroup& group = text.groups()[first];
  if (!text.MayBegin(group.begin)) return;
  if (group.size() == 15 && text.MayEnd(group.end)) {
    const std::string id = text.Digits(first, first);
    const bool is_day = IsDay(1900 + std::stoi(id.substr(6, 2)), std::stoi(id.substr(8, 2)),
                              std::stoi(id.substr(10, 2)));
    if (is_day && text.ContextOf(group.begin, group.end).Says(Topic::kId)) {
      found->push_back({group.begin, group.end, PiiCategory::kCnId, PiiCertainty::kShape});
    }
    return;
  }
  const size_t end =
      group.size() == 17 && ToUpper(text.At(group.end)) == 'X' ? group.end + 1 : group.end;
  if (end - group.begin != 18 || !text.MayEnd(end)) return;
  if (!IsCnId(text.text().substr(group.begin, 18))) return;
  found->push_back({group.begin, end, PiiCategory::kCnId, PiiCertainty::kChecked});
}

}  // namespace

void FindNationalIds(const NumberText& text, PiiSpans* found) {
  for (size_t first = 0; first < text.groups().size(); ++first) {
    AddSsn(text, first, found);
    AddNino(text, first, found);
    AddNhs(text, first, found);
    AddCnId(text, first, found);
  }
}

}  // namespace fathom
