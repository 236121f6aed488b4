// Where a reader would say that a loop starts.
#pragma once

#include <cstddef>
#include <string_view>

namespace fathom {

// A phrase that repeats may be read from any place of it: "so good, so good, " as well as
// ", so good, so good". From `begin`, the first byte that repeats, this goes on to where a word or
// an ideograph begins that the text before does not cut into; `begin` itself where there is no such
// place within one period.
// REQUIRES begin + period <= text.size()
size_t LoopStart(std::string_view text, size_t begin, size_t period);

}  // namespace fathom
