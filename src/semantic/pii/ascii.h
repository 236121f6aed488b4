// Classes of ASCII characters; unlike <cctype>, no locale and no undefined negative values.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace fathom {

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
inline char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }
inline char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
inline bool IsLetter(char c) { return ToLower(c) >= 'a' && ToLower(c) <= 'z'; }
inline bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }
inline bool IsHexDigit(char c) { return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'f'); }

inline bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ToLower(x) == ToLower(y); });
}

inline std::string Lowered(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), ToLower);
  return lowered;
}

// The maximal run of characters for which `member` holds that begins at `from`: where it ends.
template <typename Member>
size_t RunEnd(std::string_view text, size_t from, Member member) {
  while (from < text.size() && member(text[from])) ++from;
  return from;
}

}  // namespace fathom
