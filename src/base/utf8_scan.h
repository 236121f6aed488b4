// UTF-8 that arrives in pieces: tokens may end in the middle of a character.
#pragma once

#include <cstddef>
#include <string_view>

namespace fathom {

struct Utf8Scan {
  size_t valid_bytes = 0;  // length of the longest beginning made of whole characters
  // The bytes behind it cannot begin a character, whatever follows. false: none, or the beginning
  // of a character that more bytes may complete.
  bool broken = false;
};

// Scans `text` from byte `from`, where a character begins. Well-formed means Unicode table 3-7: no
// overlong forms, no surrogates, nothing above U+10FFFF.
// REQUIRES from <= text.size()
Utf8Scan ScanUtf8(std::string_view text, size_t from = 0);

struct CodePoint {
  char32_t value = 0xFFFD;
  size_t bytes = 1;
};

// The character at byte `at`; U+FFFD and one byte where no whole character begins.
// REQUIRES at < text.size()
CodePoint ReadCodePoint(std::string_view text, size_t at);

// The largest size <= `bytes` at which `text`, which is valid UTF-8, may be cut without halving a
// character.
size_t Utf8Floor(std::string_view text, size_t bytes);

}  // namespace fathom
