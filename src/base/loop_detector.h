// Finds loops in a text while it is being written: a phrase of any length over and over, word for
// word or with a counter or a word that changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/gram_index.h"

namespace fathom {

// Places are bytes of the text.
struct Loop {
  size_t begin = 0;   // of the first round, where a word or character begins
  size_t period = 0;  // length of a round; where rounds differ in length, of the last one
  size_t end = 0;     // behind the last byte that repeats, so far
  bool exact = true;  // every round is the first one, byte for byte

  size_t repeats() const { return (end - begin) / period; }  // rounds, the first one included
};

// Twelve bytes that stood in the text before give a distance at which it may be repeating itself.
// Each such distance is followed byte by byte (a chain); differences are gaps, behind which the
// chain goes on at the same distance or at one that is a little longer or shorter. What a chain
// gathers is judged by IsLoop (loop_evidence.h).
//
// Bytes, whole characters or not, so a token may end anywhere; the text is kept. What is found is
// a function of the text, not of how it was cut into pieces. Under a microsecond a byte.
// Threads: none.
class LoopDetector {
 public:
  // The text goes on with `bytes`. The loop that it was in at their end, or at some point of them.
  // REQUIRES less than 4 GiB in all
  std::optional<Loop> Append(std::string_view bytes);

  const std::string& text() const { return text_; }

 private:
  struct Gap {
    uint64_t hash = 0;  // of the words in it
    size_t end = 0;     // of the last one that held them
  };
  struct Chain {
    size_t distance = 0;
    size_t begin = 0;        // the first round
    size_t end = 0;          // behind the last matching byte; the text's end, or a gap follows
    size_t exact_begin = 0;  // from here to `end` no difference
    size_t matched = 0;
    size_t fresh = 0;
    size_t agreed = 0;                 // bytes at the end of the gap that match again
    size_t look_again = 0;             // matched bytes at which the evidence is looked at
    std::optional<size_t> loop_begin;  // once it is a loop: where that starts for a reader
    std::vector<Gap> gaps;
  };

  void AppendByte(char byte);
  void Follow(Chain& chain);
  void Find();
  void Begin(size_t distance);
  void Resume(Chain& chain, size_t distance, size_t from);
  void Judge(Chain& chain);
  size_t MatchBegin(size_t distance, size_t end, size_t floor) const;
  size_t FreshBytes(Chain& chain, size_t distance, size_t from);

  std::string text_;
  GramIndex grams_;
  std::vector<Chain> chains_;
  std::optional<Loop> loop_;  // of the bytes that are being appended
};

}  // namespace fathom
