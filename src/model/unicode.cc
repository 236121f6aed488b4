#include "model/unicode.h"

#include <utf8proc.h>

#include <array>

namespace fathom {
namespace {

constexpr std::array<CharClass, 128> AsciiClasses() {
  std::array<CharClass, 128> classes = {};
  for (int c = 0; c < 128; ++c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) classes[c] = CharClass::kLetter;
    if (c >= '0' && c <= '9') classes[c] = CharClass::kNumber;
    if (c == ' ' || c == '\t' || c == '\v' || c == '\f') classes[c] = CharClass::kSpace;
    if (c == '\n' || c == '\r') classes[c] = CharClass::kNewline;
  }
  return classes;
}
constexpr std::array<CharClass, 128> kAsciiClasses = AsciiClasses();

// White_Space beyond ASCII (Unicode PropList.txt).
bool IsWideSpace(int32_t c) {
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

CharClass ClassOf(int32_t c) {
  if (IsWideSpace(c)) return CharClass::kSpace;
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return CharClass::kLetter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return CharClass::kNumber;
    default: return CharClass::kOther;
  }
}

}  // namespace

Char CharAt(std::string_view text, size_t at) {
  if (at >= text.size()) return {};
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
  if (*bytes < 128) return {kAsciiClasses[*bytes], 1};
  const size_t left = text.size() - at;
  utf8proc_int32_t c = 0;
  const utf8proc_ssize_t length =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(left < 4 ? left : 4), &c);
  if (length <= 0) return {CharClass::kOther, 1};
  return {ClassOf(c), static_cast<uint8_t>(length)};
}

}  // namespace fathom
