// The classes of characters that pre-tokenizers tell apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fathom {

enum class CharClass : uint8_t {
  kOther,    // punctuation, symbols, marks, controls, unassigned, bytes that are no UTF-8
  kLetter,   // \p{L}
  kNumber,   // \p{N}
  kSpace,    // \s (the White_Space property) except:
  kNewline,  // \r and \n
  kEnd,      // beyond the text
};

struct Char {
  CharClass char_class = CharClass::kEnd;
  uint8_t bytes = 0;  // 0 at the end, else 1..4

  bool IsSpace() const {
    return char_class == CharClass::kSpace || char_class == CharClass::kNewline;
  }
};

// The character that starts at byte `at`. A byte that starts no valid UTF-8 sequence (stray
// continuation, overlong, surrogate, beyond U+10FFFF, cut off) is one kOther character.
// at >= text.size(): kEnd.
Char CharAt(std::string_view text, size_t at);

}  // namespace fathom
