#include "base/text_material.h"

#include <algorithm>
#include <cstdint>

#include "base/assert.h"
#include "base/utf8_scan.h"

namespace fathom {
namespace {

constexpr size_t kSampleBytesMin = 64;
constexpr size_t kSampleBytesMax = 1024;

constexpr std::string_view kNucleotides = "ACGTUN";

bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }
bool IsAsciiLetter(char32_t c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
bool IsBlank(char32_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Letters and ideographs of every script, and U+FFFD: what is not punctuation, symbol or emoji.
bool IsLetter(char32_t c) {
  if (c < 0x80) return IsAsciiLetter(c);
  if (c < 0xC0) return false;
  if (c >= 0x2000 && c < 0x2C00) return false;  // punctuation, arrows, mathematics, boxes
  if (c >= 0x3000 && c < 0x3040) return false;  // punctuation of Chinese and Japanese
  if (c >= 0xFE30 && c < 0xFE70) return false;  // and its vertical and small forms
  if (c >= 0xFF00 && c < 0xFF21) return false;  // full width
  return !(c >= 0x1F000 && c < 0x20000);        // emoji
}

// Punctuation that sentences have next to nowhere, or in a place where sentences do not have it: a
// comma that no blank follows, a bracket behind a word, a semicolon that ends a line.
bool IsTechnical(char32_t before, char32_t c, char32_t after) {
  if (c == '\t') return true;
  if (c == ' ') return before == '\n' || (before == ' ' && after == ' ');
  if (c <= ' ' || c >= 0x7F || IsDigit(c) || IsAsciiLetter(c) || c == '*') return false;
  if (std::string_view("{}[]<>|=_\\/@$%^&~`+").find(static_cast<char>(c)) !=
      std::string_view::npos) {
    return true;
  }
  if ((c == after || c == before) && (c == '.' || c == '-' || c == '!' || c == '?')) return false;
  if (c == ';' && after == '\n') return true;
  if (c == '(') return (!IsBlank(before) && before < 0x80) || IsDigit(after) || after == '\'';
  if ((c == '\'' || c == '-') && IsAsciiLetter(before) && IsAsciiLetter(after)) return false;
  if ((c == '"' || c == '\'' || c == '-' || c == '#') && IsBlank(before)) return false;
  return !IsBlank(after) && after < 0x80;
}

// theName: somebody's identifier, or a name as McAdam.
bool IsHump(char32_t before, char32_t c) {
  return before >= 'a' && before <= 'z' && c >= 'A' && c <= 'Z';
}

// What stands between the fields of records: tables, tab-separated values, JSON.
bool IsSeparator(char32_t c) { return c == '|' || c == '\t' || c == '{' || c == '}'; }

struct Counts {
  size_t characters = 0, letters = 0, digits = 0, technical = 0, humps = 0, separators = 0,
         blanks = 0, foreign = 0;
  char32_t first_letter = 0;
  bool several_letters = false;  // different ones
  bool nucleotides = true;       // every letter is one
};

// The digits that begin at byte `at` are others than those one period before.
bool IsCounter(std::string_view text, size_t at, size_t period) {
  if (at < period) return false;
  for (; at < text.size() && IsDigit(text[at]); ++at) {
    if (text[at] != text[at - period]) return true;
  }
  return false;
}

bool IsLead(char byte) { return (byte & 0xC0) == 0xC0; }

// Whole rounds, so that what they end in has its share; the end of a round that is very long.
size_t SampleBytes(std::string_view text, size_t period) {
  const size_t rounds = (kSampleBytesMin + period - 1) / period;
  return std::min({text.size(), rounds * period, kSampleBytesMax});
}

Counts CountSample(std::string_view text, size_t period) {
  Counts counts;
  size_t at = text.size() - SampleBytes(text, period);
  while (at > 0 && (text[at] & 0xC0) == 0x80) --at;
  char32_t before = ' ';
  bool counter = false;
  while (at < text.size()) {
    const CodePoint point = ReadCodePoint(text, at);
    if (point.bytes == 1 && IsLead(text[at]) && text.size() - at < 4) break;  // not all there yet
    const size_t next = at + point.bytes;
    const char32_t after = next < text.size() ? ReadCodePoint(text, next).value : U' ';
    const char32_t c = point.value;
    if (IsDigit(c) && !IsDigit(before)) counter = IsCounter(text, at, period);
    counts.characters += !IsDigit(c) || !counter;
    counts.digits += IsDigit(c) && !counter;
    counts.technical += IsTechnical(before, c, after);
    counts.humps += IsHump(before, c);
    counts.separators += IsSeparator(c);
    counts.blanks += IsBlank(c);
    if (IsLetter(c)) {
      ++counts.letters;
      counts.foreign += c >= 0x80;
      if (counts.first_letter == 0) counts.first_letter = c;
      counts.several_letters |= c != counts.first_letter;
      counts.nucleotides &=
          c < 0x80 && kNucleotides.find(static_cast<char>(c)) != kNucleotides.npos;
    }
    before = c;
    at = next;
  }
  return counts;
}

}  // namespace

TextMaterial MaterialOfRound(std::string_view text, size_t period) {
  FATHOM_ASSERT(period > 0 && period < text.size());
  const Counts counts = CountSample(text, period);
  if (counts.letters * 2 < counts.characters) return TextMaterial::kData;
  if (counts.separators >= 2) return TextMaterial::kData;
  // Sentences have less: one character in twelve, or every fourth a digit.
  if (12 * counts.technical + 4 * counts.digits > counts.characters) return TextMaterial::kData;
  if (counts.nucleotides) return TextMaterial::kData;
  if (!counts.several_letters) return TextMaterial::kRun;
  // Words are parted, or written in a script that parts none.
  const bool words = counts.blanks > 0 || counts.foreign * 2 > counts.letters;
  if (!words) return TextMaterial::kRun;
  const bool mixed = 40 * (counts.technical + counts.humps) > counts.characters;
  return mixed ? TextMaterial::kMixed : TextMaterial::kProse;
}

}  // namespace fathom
