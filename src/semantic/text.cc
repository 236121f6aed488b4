#include "semantic/text.h"

#include <utf8proc.h>

namespace fathom {
namespace {

struct CodePoint {
  utf8proc_int32_t value = -1;  // -1: not UTF-8 here
  size_t bytes = 1;
};

// REQUIRES !text.empty()
CodePoint FirstCodePoint(std::string_view text) {
  CodePoint point;
  const utf8proc_ssize_t read =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &point.value);
  if (read > 0) {
    point.bytes = static_cast<size_t>(read);
  } else {
    point.value = -1;
  }
  return point;
}

bool IsInvisible(utf8proc_int32_t value) {
  switch (utf8proc_category(value)) {
    case UTF8PROC_CATEGORY_ZS:  // spaces, U+00A0 and U+3000 among them
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:  // tab, line feed, ...
    case UTF8PROC_CATEGORY_CF:  // zero-width characters, U+FEFF
      return true;
    default: return false;
  }
}

bool IsLetter(utf8proc_int32_t value) {
  const utf8proc_category_t category = utf8proc_category(value);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool IsHan(utf8proc_int32_t value) {
  return (value >= 0x4E00 && value <= 0x9FFF) || (value >= 0x3400 && value <= 0x4DBF) ||
         (value >= 0x20000 && value <= 0x323AF) || (value >= 0xF900 && value <= 0xFAFF);
}

bool IsKana(utf8proc_int32_t value) { return value >= 0x3040 && value <= 0x30FF; }

}  // namespace

std::string_view Trim(std::string_view text) {
  size_t first = text.size();  // byte of the first visible character
  size_t last = text.size();   // byte after the last visible character
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = FirstCodePoint(text.substr(at));
    if (point.value < 0 || !IsInvisible(point.value)) {
      if (first == text.size()) first = at;
      last = at + point.bytes;
    }
    at += point.bytes;
  }
  return text.substr(first, last - first);
}

bool IsBlank(std::string_view text) { return Trim(text).empty(); }

Language DetectLanguage(std::string_view text) {
  int han = 0;
  int words = 0;
  bool in_word = false;
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = FirstCodePoint(text.substr(at));
    at += point.bytes;
    if (point.value >= 0 && IsKana(point.value)) return Language::kEnglish;
    const bool is_han = point.value >= 0 && IsHan(point.value);
    const bool is_letter = point.value >= 0 && !is_han && IsLetter(point.value);
    if (is_han) ++han;
    if (is_letter && !in_word) ++words;
    in_word = is_letter;
  }
  return han > words ? Language::kChinese : Language::kEnglish;
}

}  // namespace fathom
