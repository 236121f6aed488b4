// Regular expressions as people write them.
#pragma once

#include <string_view>

#include "base/result.h"
#include "runtime/code_points.h"
#include "runtime/expressions.h"

namespace fathom {

// How a regular expression relates to the text.
enum class RegexMatch {
  kWhole,     // describes all of the text; ^ and $ at its ends say nothing new
  kAnywhere,  // describes a part of it, unless ^ and $ say where that begins and ends
};

// The expression of the texts, written in `form`, that match `regex` (ECMAScript's syntax):
//   x  .  [a-z]  [^a-z]  (x)  (?:x)  (?<name>x)  x|y  x*  x+  x?  x{m}  x{m,}  x{m,n}  lazy ones
//   \d \D \w \W \s \S  \t \n \r \f \v \0 \xHH \uHHHH \u{H...}  \ before any punctuation
//   ^ at the beginning and $ at the end of the expression or of one of its outermost choices
// Characters are Unicode code points; \d and \w are ASCII, \s is white space of all of Unicode.
// What . and negated classes stand for is within CodePoints::AnyText().
// Errors  kInvalidArgument: not a regular expression, not UTF-8. kUnsupported: look-around, back
//         references, \b, \p, flags, anchors elsewhere, a count above 10,000. Both with the
//         position, in bytes from 1.
Result<Expr> ParseRegex(Expressions& expressions, std::string_view regex, RegexMatch match,
                        TextForm form);

}  // namespace fathom
