// The characters of names on the web.
#pragma once

#include <cstddef>
#include <string_view>

namespace fathom {

// Where the longest run from `from` on ends of ASCII letters and digits, letters of two bytes in
// UTF-8 (Latin with accents to Arabic: 0xC3..0xDF) and the ASCII characters in `others`. Three-byte
// characters end it: Chinese text writes no space behind an address.
size_t WebRunEnd(std::string_view text, size_t from, std::string_view others);

// The same backwards: where the run begins that ends at `to`, at most `limit` bytes before it.
size_t WebRunBegin(std::string_view text, size_t to, std::string_view others, size_t limit);

// Dot-separated labels, none of them empty, the last one of two ASCII letters or more.
bool IsHostName(std::string_view name);

}  // namespace fathom
