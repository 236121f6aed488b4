// The words of an input that an answer rests on, found without a model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "semantic/typed/answer_type.h"
#include "semantic/typed/json_tree.h"
#include "semantic/typed/text_finder.h"

namespace fathom {

struct FieldQuote {
  std::string path;               // "total", "items[1].price": as SQL says it
  double confidence = 0;          // of this value
  std::optional<TextSpan> quote;  // of the input; none: null, or not found there
};

// One for each leaf of `root`, in the order written. Values of a list are looked for one behind the
// other, and from the beginning where that finds nothing.
// REQUIRES `root` is of `type`
std::vector<FieldQuote> QuotesOf(const TextFinder& input, const JsonNode& root,
                                 const AnswerType& type);

// Takes what the input does not say out of `root`: texts, numbers, days, times and UUIDs that are
// not found in it become null, in a list they go. Values of a fixed choice, true and false stay.
void RemoveInventions(const TextFinder& input, const AnswerType& type, JsonNode* root);

}  // namespace fathom
