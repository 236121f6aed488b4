// Sets of characters, and how they are written: as UTF-8, or inside the quotes of a JSON string.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/expressions.h"

namespace fathom {

// A set of Unicode scalar values: surrogates never belong to it.
class CodePoints {
 public:
  struct Range {
    char32_t low, high;
    auto operator<=>(const Range&) const = default;
  };

  CodePoints() = default;
  CodePoints(std::initializer_list<Range> ranges);

  // What a model may write where anything is allowed: no control characters but tab, line feed and
  // carriage return, and no U+FFFD, the mark of text that was broken elsewhere.
  static const CodePoints& AnyText();

  void Add(Range range);
  void Add(const CodePoints& other);
  CodePoints Minus(const CodePoints& other) const;

  // Ascending, apart by at least one.
  const std::vector<Range>& ranges() const { return ranges_; }

 private:
  std::vector<Range> ranges_;
};

enum class TextForm {
  kPlain,       // UTF-8
  kJsonString,  // each character has one form: \" \\ \b \f \n \r \t, other controls \u00xx
};

// One character out of `set`.
Expr OneOf(Expressions& expressions, const CodePoints& set, TextForm form);

// `text` as it is written in `form`. REQUIRES valid UTF-8
Expr TextOf(Expressions& expressions, std::string_view text, TextForm form);

// The character that begins at `text[at]`; `at` moves behind it. REQUIRES valid UTF-8, at < size
char32_t NextCodePoint(std::string_view text, size_t* at);

}  // namespace fathom
