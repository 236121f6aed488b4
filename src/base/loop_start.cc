#include "base/loop_start.h"

#include "base/assert.h"
#include "base/utf8_scan.h"

namespace fathom {
namespace {

bool IsContinuation(char byte) { return (byte & 0xC0) == 0x80; }

bool IsWordByte(char byte) {
  return (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'z');
}

// ASCII blanks and punctuation, and the punctuation of Chinese.
bool IsSeparator(char32_t c) {
  if (c < 0x80) return !IsWordByte(static_cast<char>(c));
  return (c >= 0x2010 && c < 0x2030) || (c >= 0x3000 && c < 0x3020) ||
         (c >= 0xFF00 && c < 0xFF10) || (c >= 0xFF1A && c < 0xFF20);
}

}  // namespace

size_t LoopStart(std::string_view text, size_t begin, size_t period) {
  FATHOM_ASSERT(begin + period <= text.size());
  const size_t limit = begin + period;
  size_t at = begin;
  // The rest of a character; at most three bytes, for broken text may be continuations only.
  for (int i = 0; i < 3 && at < limit && IsContinuation(text[at]); ++i) ++at;
  const size_t whole = at < limit ? at : begin;
  if (at > 0 && at < limit && IsWordByte(text[at - 1])) {
    while (at < limit && IsWordByte(text[at])) ++at;
  }
  while (at < limit) {
    const CodePoint point = ReadCodePoint(text, at);
    if (!IsSeparator(point.value)) return at;
    at += point.bytes;
  }
  return whole;
}

}  // namespace fathom
