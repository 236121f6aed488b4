// How wide text is on a terminal, and text made safe to show there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fathom {

// Columns that `text` takes on a terminal: Chinese characters and emoji take 2, combining marks 0;
// several code points that form one character (a flag, an emoji with modifiers) count once.
// Bytes that are not UTF-8 count 1 each.
size_t DisplayWidth(std::string_view text);

// `text` in at most `width` columns; what does not fit gives way to "…". Characters are never cut.
// REQUIRES width >= 1
std::string Truncate(std::string_view text, size_t width);

// `text` on one line and without effect on the terminal: a line break becomes '↵', other control
// characters their picture ('␛' for escape), marks that change the reading direction and bytes that
// are not UTF-8 become '\ufffd'.
std::string Printable(std::string_view text);

// Position of the first byte that is not part of valid UTF-8; npos = all of it is valid.
size_t FindInvalidUtf8(std::string_view text);

}  // namespace fathom
