// From logits to the next token of a constrained answer.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "runtime/token_tries.h"

namespace fathom {

struct MaskedChoice {
  TokenId token = 0;
  // Natural log-probability of the token among the allowed ones, at temperature 1 whatever the
  // temperature it was drawn at.
  double log_prob = 0;
};

// Memory for reuse; its contents mean nothing.
struct ChoiceScratch {
  std::vector<float> bounds, values, weights;
  std::vector<uint32_t> blocks;
};

// Chooses among the tokens of `mask`: at temperature 0 the one of the largest logit (the lowest id
// among equals), else a draw from softmax(logits / temperature) over them, by walking the
// cumulative sum in the order of ids until it exceeds `uniform` x total. Exponentials are those of
// the kernels, in fp32. nullopt: no allowed logit is a finite number.
// REQUIRES mask.count > 0, temperature >= 0, 0 <= uniform < 1
std::optional<MaskedChoice> ChooseMasked(std::span<const float> logits, const TokenMask& mask,
                                         double temperature, double uniform,
                                         ChoiceScratch* scratch);

}  // namespace fathom
