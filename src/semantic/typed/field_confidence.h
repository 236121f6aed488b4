// How sure a model was of each part of a constrained answer.
#pragma once

#include <span>

#include "runtime/decided_token.h"
#include "semantic/typed/json_tree.h"

namespace fathom {

// Gives each leaf the sum of the log-probabilities of the tokens that decided it: those that end
// behind its key's colon, up to the colon of the next. What opens a list or an object counts for
// the first leaf inside.
// REQUIRES `decided` is about the text that `root` was parsed from
void AddLogProbs(std::span<const DecidedToken> decided, JsonNode* root);

// The probability of all of the leaves of `node` together, 0..1.
double ConfidenceOf(const JsonNode& node);

// That of an answer: the lowest of its fields, or of itself where it is no object.
double AnswerConfidence(const JsonNode& root);

}  // namespace fathom
