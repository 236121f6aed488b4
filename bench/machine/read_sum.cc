// Compiled with -O3: the independent sums become vector registers, no more of them than there are.
#include "machine/read_sum.h"

namespace fathom {

uint64_t ReadSum(const uint64_t* from, int64_t words) {
  uint64_t sums[16] = {};
  for (int64_t i = 0; i < words; i += 16) {
    for (int j = 0; j < 16; ++j) sums[j] += from[i + j];
  }
  uint64_t total = 0;
  for (const uint64_t sum : sums) total += sum;
  return total;
}

}  // namespace fathom
