// Notices answers that have fallen into a loop.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "model/tokenizer.h"

namespace fathom {

// A loop: the last kLoopTokens tokens are one phrase of at most kLoopPeriod tokens over and over.
// With 96 and 16 every phrase occurs at least 6 times in a row and there are about 60 words of it;
// rulers, tables and lists that repeat for good reason are shorter.
inline constexpr size_t kLoopTokens = 96;
inline constexpr size_t kLoopPeriod = 16;

// Length of the shortest repeated phrase if the end of `tokens` is a loop, else 0.
size_t FindLoop(std::span<const TokenId> tokens);

// The reason of a row that ends in a loop of a phrase of so many tokens.
Error Degenerate(size_t phrase);

}  // namespace fathom
