// Reading memory as fast as a thread can.
#pragma once

#include <cstdint>

namespace fathom {

// Sum of `words` words, modulo 2^64. REQUIRES words % 16 == 0
uint64_t ReadSum(const uint64_t* from, int64_t words);

}  // namespace fathom
