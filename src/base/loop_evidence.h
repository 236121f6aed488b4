// How much repetition is a loop.
#pragma once

#include <cstddef>
#include <string_view>

namespace fathom {

// Less text that repeats is no loop, whatever it is.
inline constexpr size_t kLoopBytesMin = 176;

// The last `bytes` bytes of `text` are those one period before, without a difference. Is this a
// loop? Bytes stand for tokens here: 64 of these are some 250 bytes in English and in Chinese.
//   prose  176 bytes, 6 more lines of a song; and never less than two repeats of a passage: a text
//   that
//          was pasted twice is none, a third beginning is one
//   run    288 bytes, 96 ideographs
//   data   768 bytes and 3 repeats: tables of zeros, empty cells, rulers
// REQUIRES 0 < period, period + bytes <= text.size()
bool IsExactLoop(std::string_view text, size_t period, size_t bytes);

// A passage again and again with differences, measured in bytes behind its first round.
struct Repetition {
  size_t period = 0;
  size_t matched = 0;  // as an earlier round has it
  size_t fresh = 0;    // what no earlier round had: new words; counters are not new
};

// Is this repetition at the end of `text` a loop? Only of prose without a trace of anything else:
// records and lines of code differ by little and are sound. New words are what makes a list of a
// loop, so each of their bytes takes back ten. REQUIRES 0 < period, period + matched <= text.size()
bool IsNearLoop(std::string_view text, const Repetition& repetition);

// Its new words outweigh what it has matched, by the same price.
bool IsChance(const Repetition& repetition);

}  // namespace fathom
