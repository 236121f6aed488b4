// Where a text says something, whatever its white space, case and punctuation.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fathom {

struct TextSpan {
  size_t begin = 0, end = 0;  // bytes

  bool operator==(const TextSpan&) const = default;
};

// Borrows the text, which is valid UTF-8 and must outlive it. Immutable, so any thread may read it.
class TextFinder {
 public:
  explicit TextFinder(std::string_view text);  // O(text)

  std::string_view text() const { return text_; }

  // The best place of `words` from byte `from` on: the words exactly, then the same letters and
  // digits with other white space, case or punctuation; of equals the first that is not the middle
  // of a longer word. Words without letters and digits are found exactly or not at all.
  std::optional<TextSpan> Find(std::string_view words, size_t from = 0) const;

 private:
  std::optional<TextSpan> FindExactly(std::string_view words, size_t from, bool whole) const;
  std::optional<TextSpan> FindLoosely(const std::u32string& letters, size_t from, bool whole) const;
  bool IsWhole(TextSpan span) const;

  std::string_view text_;
  std::u32string letters_;       // of the text, folded, without everything else
  std::vector<TextSpan> spans_;  // of each of letters_
};

}  // namespace fathom
