#include "model/tokenizer_split.h"

#include <array>

#include "model/unicode.h"

namespace fathom {
namespace {

// The end of the run of `char_class` that starts at `at`.
size_t SkipClass(std::string_view text, size_t at, CharClass char_class) {
  for (Char c = CharAt(text, at); c.char_class == char_class; c = CharAt(text, at)) at += c.bytes;
  return at;
}

// [\r\n]*
size_t SkipNewlines(std::string_view text, size_t at) {
  return SkipClass(text, at, CharClass::kNewline);
}

char AsciiLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Bytes of an English contraction ('s 't 'm 'd 're 've 'll) at `at`, or 0.
size_t ContractionBytes(std::string_view text, size_t at, bool any_case) {
  const std::string_view rest = text.substr(at, 3);
  if (rest.size() < 2 || rest[0] != '\'') return 0;
  const auto letter = [&](size_t i) {
    if (i >= rest.size()) return '\0';
    return any_case ? AsciiLower(rest[i]) : rest[i];
  };
  switch (letter(1)) {
    case 's':
    case 't':
    case 'm':
    case 'd': return 2;
    case 'r':
    case 'v': return letter(2) == 'e' ? 3 : 0;
    case 'l': return letter(2) == 'l' ? 3 : 0;
    default: return 0;
  }
}

struct SpaceRun {
  size_t end = 0;           // behind the run of \s
  size_t last_begin = 0;    // its last character
  size_t newlines_end = 0;  // behind its last [\r\n]; 0 = none
};

// REQUIRES a space at `begin`
SpaceRun ScanSpaces(std::string_view text, size_t begin) {
  SpaceRun run{begin, begin, 0};
  for (Char c = CharAt(text, begin); c.IsSpace(); c = CharAt(text, run.end)) {
    run.last_begin = run.end;
    run.end += c.bytes;
    if (c.char_class == CharClass::kNewline) run.newlines_end = run.end;
  }
  return run;
}

// \s+(?!\S)|\s+ : the whole run at the end of the text, else all but its last character (which
// belongs to the next word if it is a blank), at least one.
size_t EndOfSpaces(const SpaceRun& run, size_t begin, bool at_end) {
  return at_end || run.last_begin == begin ? run.end : run.last_begin;
}

// smollm: every \p{N} is a word of its own, and so is, in the text between numbers, every match of
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
size_t SplitSmolLm(std::string_view text, size_t begin) {
  if (const size_t bytes = ContractionBytes(text, begin, false)) return begin + bytes;
  const Char first = CharAt(text, begin);
  if (first.char_class == CharClass::kNumber) return begin + first.bytes;
  const size_t body = text[begin] == ' ' ? begin + 1 : begin;  // " ?"
  const CharClass body_class = CharAt(text, body).char_class;
  if (body_class == CharClass::kLetter || body_class == CharClass::kOther) {
    return SkipClass(text, body, body_class);
  }
  const SpaceRun run = ScanSpaces(text, begin);
  const CharClass next = CharAt(text, run.end).char_class;
  return EndOfSpaces(run, begin, next == CharClass::kEnd || next == CharClass::kNumber);
}

// qwen2: every match of
//   (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*
//   |\s*[\r\n]+|\s+(?!\S)|\s+
size_t SplitQwen2(std::string_view text, size_t begin) {
  if (const size_t bytes = ContractionBytes(text, begin, true)) return begin + bytes;
  const Char first = CharAt(text, begin);
  if (first.char_class == CharClass::kNumber) return begin + first.bytes;
  if (first.char_class == CharClass::kLetter) return SkipClass(text, begin, CharClass::kLetter);
  const size_t second = begin + first.bytes;
  if (first.char_class != CharClass::kNewline &&
      CharAt(text, second).char_class == CharClass::kLetter) {
    return SkipClass(text, second, CharClass::kLetter);
  }
  const size_t body = text[begin] == ' ' ? second : begin;
  if (CharAt(text, body).char_class == CharClass::kOther) {
    return SkipNewlines(text, SkipClass(text, body, CharClass::kOther));
  }
  const SpaceRun run = ScanSpaces(text, begin);
  if (run.newlines_end != 0) return run.newlines_end;  // \s*[\r\n]+
  return EndOfSpaces(run, begin, run.end == text.size());
}

// llama-bpe: as qwen2, but \p{N}{1,3}.
size_t SplitLlama3(std::string_view text, size_t begin) {
  size_t end = begin;
  for (int digits = 0; digits < 3; ++digits) {
    const Char c = CharAt(text, end);
    if (c.char_class != CharClass::kNumber) break;
    end += c.bytes;
  }
  return end > begin ? end : SplitQwen2(text, begin);
}

constexpr std::array kPreTokenizers = {
    PreTokenizer{.name = "smollm", .split = SplitSmolLm},
    PreTokenizer{.name = "qwen2", .split = SplitQwen2},
    PreTokenizer{
        .name = "llama-bpe", .split = SplitLlama3, .ignore_merges = true, .add_bos_default = true},
};

}  // namespace

const PreTokenizer* FindPreTokenizer(std::string_view pre) {
  if (pre == "llama3" || pre == "llama-v3") pre = "llama-bpe";
  for (const PreTokenizer& known : kPreTokenizers) {
    if (pre == known.name) return &known;
  }
  return nullptr;
}

std::string KnownPreTokenizers() {
  std::string list;
  for (const PreTokenizer& known : kPreTokenizers) {
    list += (list.empty() ? "" : ", ") + std::string(known.name);
  }
  return list;
}

}  // namespace fathom
