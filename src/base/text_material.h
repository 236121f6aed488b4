// What kind of text repeats: sentences hardly ever do, tables and code often.
#pragma once

#include <cstddef>
#include <string_view>

namespace fathom {

enum class TextMaterial {
  kProse,  // words of any language, or pieces of broken characters
  kMixed,  // words with a trace of code or of records in between
  kRun,    // one letter, letters that make no words, one ideograph, one piece of a broken one
  kData,   // records, code, logs, rulers, numbers, nucleotides (ACGT), emoji
};

// What the end of `text` is made of: its last period, or some of it where it is long. Numbers that
// differ from one round to the next are counters and say nothing. Looks at some 1,000 bytes.
// REQUIRES 0 < period < text.size(); the last bytes of `text` repeat what lies `period` bytes
// before
TextMaterial MaterialOfRound(std::string_view text, size_t period);

}  // namespace fathom
