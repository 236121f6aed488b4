#include "base/utf8_scan.h"

#include <cstdint>

#include "base/assert.h"

namespace fathom {
namespace {

// What a lead byte announces: the bytes after it and the range of the first of them (Unicode
// table 3-7; the narrowed ranges exclude overlong forms, surrogates and U+110000 and above).
struct Lead {
  int following;  // -1: not a lead byte
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
};

Lead ReadLead(uint8_t byte) {
  if (byte < 0x80) return {0};
  if (byte < 0xC2) return {-1};
  if (byte < 0xE0) return {1};
  if (byte == 0xE0) return {2, 0xA0, 0xBF};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte < 0xF0) return {2};
  if (byte == 0xF0) return {3, 0x90, 0xBF};
  if (byte < 0xF4) return {3};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  return {-1};
}

}  // namespace

Utf8Scan ScanUtf8(std::string_view text, size_t from) {
  FATHOM_ASSERT(from <= text.size());
  size_t at = from;
  while (at < text.size()) {
    const Lead lead = ReadLead(static_cast<uint8_t>(text[at]));
    if (lead.following < 0) return {at, true};
    for (int i = 1; i <= lead.following; ++i) {
      if (at + i == text.size()) return {at, false};
      const auto byte = static_cast<uint8_t>(text[at + i]);
      const uint8_t low = i == 1 ? lead.low : 0x80;
      const uint8_t high = i == 1 ? lead.high : 0xBF;
      if (byte < low || byte > high) return {at, true};
    }
    at += 1 + lead.following;
  }
  return {at, false};
}

CodePoint ReadCodePoint(std::string_view text, size_t at) {
  FATHOM_ASSERT(at < text.size());
  const auto first = static_cast<uint8_t>(text[at]);
  const Lead lead = ReadLead(first);
  if (lead.following == 0) return {first, 1};
  const size_t bytes = 1 + static_cast<size_t>(lead.following);
  if (lead.following < 0 || ScanUtf8(text.substr(at, bytes)).valid_bytes != bytes) return {};
  char32_t value = first & (0x3F >> lead.following);
  for (size_t i = 1; i < bytes; ++i) value = value << 6 | (static_cast<uint8_t>(text[at + i]) & 63);
  return {value, bytes};
}

size_t Utf8Floor(std::string_view text, size_t bytes) {
  if (bytes >= text.size()) return text.size();
  while (bytes > 0 && (static_cast<uint8_t>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return bytes;
}

}  // namespace fathom
