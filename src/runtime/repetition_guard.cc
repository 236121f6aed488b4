#include "runtime/repetition_guard.h"

#include <string>

namespace fathom {

size_t FindLoop(std::span<const TokenId> tokens) {
  if (tokens.size() < kLoopTokens) return 0;
  const std::span<const TokenId> end = tokens.last(kLoopTokens);
  for (size_t period = 1; period <= kLoopPeriod; ++period) {
    size_t i = period;
    while (i < end.size() && end[i] == end[i - period]) ++i;
    if (i == end.size()) return period;
  }
  return 0;
}

Error Degenerate(size_t phrase) {
  return {ErrorCode::kBadOutput, "degenerate output: the last " + std::to_string(kLoopTokens) +
                                     " tokens repeat one phrase of " + std::to_string(phrase)};
}

}  // namespace fathom
