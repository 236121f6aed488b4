// Where a text has a day or a time, in the usual spellings.
#pragma once

#include <string_view>

#include "semantic/typed/text_finder.h"

namespace fathom {

// The first place of the day `date`, "2018-12-25", from byte `from` on: figures in the orders that
// are in use (2018-12-25, 25/12/2018, 12/25/18, 20181225, 2018年12月25日), months in English words
// (25 Dec 2018, December 25th, 2018); without a year only where no place has one.
std::optional<TextSpan> FindDate(std::string_view text, std::string_view date, size_t from = 0);

// The first place of the time of day `time`, "20:13:39" with whatever behind it: with or without
// seconds, in 24 hours or in 12 with am or pm.
std::optional<TextSpan> FindTime(std::string_view text, std::string_view time, size_t from = 0);

}  // namespace fathom
