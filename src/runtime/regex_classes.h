// The parts of a regular expression that stand for one character.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "runtime/code_points.h"

namespace fathom {

// A regular expression and how far it has been read. REQUIRES valid UTF-8
class RegexInput {
 public:
  explicit RegexInput(std::string_view regex) : regex_(regex) {}

  bool AtEnd() const { return at_ == regex_.size(); }
  char Peek() const { return regex_[at_]; }  // REQUIRES !AtEnd()
  void Skip() {                              // one byte, if there is one
    if (!AtEnd()) ++at_;
  }
  char32_t TakeCodePoint() { return NextCodePoint(regex_, &at_); }  // REQUIRES !AtEnd()
  bool Take(char c) { return Take(std::string_view(&c, 1)); }
  bool Take(std::string_view text) {
    const bool there = regex_.substr(at_).starts_with(text);
    if (there) at_ += text.size();
    return there;
  }

  // About what was read last.
  Error Wrong(const std::string& what) const;
  Error Unsupported(const std::string& what) const;

 private:
  std::string Where() const;

  std::string_view regex_;
  size_t at_ = 0;
};

// Reads one character, an escape such as \d, ., or a class in brackets.
// REQUIRES !input->AtEnd()
// Errors  as ParseRegex
Result<CodePoints> ParseCharacters(RegexInput* input);

}  // namespace fathom
