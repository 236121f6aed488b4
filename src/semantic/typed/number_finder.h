// Where a text has a number, in whichever way it is written.
#pragma once

#include <string_view>

#include "semantic/typed/text_finder.h"

namespace fathom {

// The first place of `number`, which is a JSON number without exponent, from byte `from` on:
// "1234.5" is found as 1234.50, 1,234.50, 1.234,50, 1'234.5 or 1 234,5, never in the middle of
// other figures. Places that look like a part of a date, a time or a code come next, then, of whole
// numbers up to 12, words ("three", 三).
std::optional<TextSpan> FindNumber(std::string_view text, std::string_view number, size_t from = 0);

}  // namespace fathom
