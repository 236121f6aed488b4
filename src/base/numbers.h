// Numbers and units in messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fathom {

std::string WithSeparators(int64_t number);  // 12345 -> "12,345"

// "1 row", "2,000 rows": the plural adds an s.
std::string Count(int64_t number, std::string_view noun);

std::string Bytes(int64_t bytes);     // "98.1 MB", powers of 1000
std::string Seconds(double seconds);  // "8.1 s", "2:05" (minutes:seconds) from 100 s, "1:02:03"
std::string Dollars(double dollars);  // "$0.0123": three digits that count
std::string Fixed(double value, int decimals);

}  // namespace fathom
