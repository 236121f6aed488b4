// Is a text fit to be read? Found out without a model, before one reads it.
#pragma once

#include <cstddef>
#include <string_view>

namespace fathom {

enum class TextDefect {
  kNone,
  kEmpty,              // nothing, or blanks only
  kLoop,               // a phrase over and over (base/loop_detector.h)
  kRun,                // one character over and over
  kBrokenCharacters,   // U+FFFD: characters that could not be decoded
  kMojibake,           // UTF-8 that was read as Latin-1: "Ã©" for "é"
  kControlCharacters,  // not text: control characters
};

// "none", "empty", "loop", "run", "broken_characters", "mojibake", "control_characters"
const char* TextDefectName(TextDefect defect);

struct TextQuality {
  TextDefect kind = TextDefect::kNone;  // of several, what comes first in the text
  bool ok() const { return kind == TextDefect::kNone; }

  // The sound beginning: before the first defect, with the first round of a loop; else all.
  size_t readable_bytes = 0;
  size_t readable_characters = 0;
  size_t characters = 0;  // of the text

  // The first loop or run; 0 without one.
  size_t loop_begin_bytes = 0;
  size_t loop_begin_characters = 0;
  size_t period_bytes = 0;
  size_t period_characters = 0;
  size_t repeats = 0;  // rounds, the first one included

  // In all, sound or not: a handful of them spoils no text.
  size_t broken_characters = 0;
  size_t mojibake_characters = 0;
  size_t control_characters = 0;
};

// Rulers, zeros, empty cells and the like are a defect only where the text ends in them or is
// mostly made of them; blanks never. Linear time, some 0.2 s for 1 MB.
// REQUIRES `text` is valid UTF-8, less than 4 GiB
TextQuality AssessText(std::string_view text);

}  // namespace fathom
