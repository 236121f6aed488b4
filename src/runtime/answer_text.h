// The text of one decoded answer, put together from the bytes of its tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace fathom {

// Bytes go in token by token; whole, valid UTF-8 comes out. Nothing is ever replaced: bytes that
// are no UTF-8 fail the row, for an answer that was silently repaired is an answer nobody gave.
class AnswerText {
 public:
  enum class State {
    kOpen,     // may go on
    kStopped,  // a stop string was found; the text ends before it
    kBroken,   // bytes that cannot be UTF-8
  };

  // `stops` is borrowed; none of them is empty.
  explicit AnswerText(const std::vector<std::string>& stops);

  State Append(std::string_view bytes);

  // The text when the model ended its turn or a stop string was found. A character that is not
  // whole fails with kBadOutput, as broken bytes do.
  Result<std::string> Finish() &&;

  // The text when the token limit cut it: an incomplete last character is dropped.
  Result<std::string> FinishAtLimit() &&;

 private:
  Error BadBytes() const;

  const std::vector<std::string>& stops_;
  size_t longest_stop_ = 0;
  std::string bytes_;
  size_t valid_bytes_ = 0;  // of bytes_, whole characters
  State state_ = State::kOpen;
};

}  // namespace fathom
