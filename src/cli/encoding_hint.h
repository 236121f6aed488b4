// Where a file stops being UTF-8.
#pragma once

#include <string>

namespace fathom {

// DuckDB says that a CSV file is not UTF-8, but not where. If `error` is such a message and names a
// file that can be read, returns a sentence with byte offset, line and remedy; otherwise "".
std::string EncodingHint(const std::string& error);

}  // namespace fathom
