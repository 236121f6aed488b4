// From logits to the next token.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "model/tokenizer.h"

namespace fathom {

// The random numbers of one row: draw i is a pure function of (key, i), so neither the batch nor
// the order of rows can change what a row gets.
struct DrawKey {
  uint64_t key = 0;
};

// Uniform in [0, 1), from the upper 53 bits of splitmix64 at position `index` of the stream `key`.
double UniformDraw(DrawKey key, uint64_t index);

// Token of the largest logit; the lowest id among equals. NaN never wins; nullopt if no logit is
// larger than -infinity.
std::optional<TokenId> GreedyToken(std::span<const float> logits);

// Draws from softmax(logits / temperature), computed in double, by walking the cumulative sum in
// the order of ids until it exceeds `uniform` x total. nullopt as GreedyToken. REQUIRES temperature
// > 0; 0 <= uniform < 1
std::optional<TokenId> SampleToken(std::span<const float> logits, double temperature,
                                   double uniform);

// The reason of a row for which there is no such token.
Error NoNumbers();

}  // namespace fathom
