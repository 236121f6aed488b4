#include "semantic/typed/text_finder.h"

#include <utf8proc.h>

#include "base/utf8_scan.h"

namespace fathom {
namespace {

bool IsLetterOrDigit(char32_t c) {
  const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO);
}

// Han and kana have no blanks between words.
bool WritesWordsApart(char32_t c) { return IsLetterOrDigit(c) && c < 0x2E80; }

char32_t Folded(char32_t c) {
  constexpr char32_t kFullWidthFirst = 0xFF01, kFullWidthLast = 0xFF5E, kToAscii = 0xFEE0;
  if (c >= kFullWidthFirst && c <= kFullWidthLast) c -= kToAscii;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

void AddLetters(std::string_view text, std::u32string* letters, std::vector<TextSpan>* spans) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = ReadCodePoint(text, at);
    if (IsLetterOrDigit(point.value)) {
      letters->push_back(Folded(point.value));
      if (spans != nullptr) spans->push_back({at, at + point.bytes});
    }
    at += point.bytes;
  }
}

}  // namespace

TextFinder::TextFinder(std::string_view text) : text_(text) {
  AddLetters(text, &letters_, &spans_);
}

bool TextFinder::IsWhole(TextSpan span) const {
  if (span.begin > 0) {
    size_t before = span.begin - 1;
    while (before > 0 && (static_cast<unsigned char>(text_[before]) & 0xC0) == 0x80) --before;
    if (WritesWordsApart(ReadCodePoint(text_, before).value) &&
        WritesWordsApart(ReadCodePoint(text_, span.begin).value)) {
      return false;
    }
  }
  if (span.end == text_.size() || !WritesWordsApart(ReadCodePoint(text_, span.end).value)) {
    return true;
  }
  size_t last = span.end - 1;
  while (last > span.begin && (static_cast<unsigned char>(text_[last]) & 0xC0) == 0x80) --last;
  return !WritesWordsApart(ReadCodePoint(text_, last).value);
}

std::optional<TextSpan> TextFinder::FindExactly(std::string_view words, size_t from,
                                                bool whole) const {
  for (size_t at = text_.find(words, from); at != text_.npos; at = text_.find(words, at + 1)) {
    const TextSpan span{at, at + words.size()};
    if (!whole || IsWhole(span)) return span;
  }
  return std::nullopt;
}

std::optional<TextSpan> TextFinder::FindLoosely(const std::u32string& letters, size_t from,
                                                bool whole) const {
  for (size_t at = letters_.find(letters); at != letters_.npos;
       at = letters_.find(letters, at + 1)) {
    const TextSpan span{spans_[at].begin, spans_[at + letters.size() - 1].end};
    if (span.begin >= from && (!whole || IsWhole(span))) return span;
  }
  return std::nullopt;
}

std::optional<TextSpan> TextFinder::Find(std::string_view words, size_t from) const {
  if (words.empty()) return std::nullopt;
  std::u32string letters;
  AddLetters(words, &letters, nullptr);
  for (const bool whole : {true, false}) {
    if (const auto span = FindExactly(words, from, whole)) return span;
    if (letters.empty()) continue;
    if (const auto span = FindLoosely(letters, from, whole)) return span;
  }
  return std::nullopt;
}

}  // namespace fathom
