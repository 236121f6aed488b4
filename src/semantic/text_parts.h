// The texts of a group, cut into parts that a model can read at once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "llm/language_model.h"

namespace fathom {

// A group's texts as one argument of a row: a JSON array of strings.
// Errors: kInvalidArgument when `json` is none.
Result<std::vector<std::string>> ReadTexts(std::string_view json);

// As many texts in a part as fit into `tokens`, but at least `texts_min`, in the last what is left;
// each is a line "- text". A text that is longer than a part is cut between words into pieces of
// about that length, but not where `texts_min` is more than 1: then parts are fewer than texts.
// REQUIRES tokens >= 1, texts_min >= 1
// Errors: of LanguageModel::CountTokens.
Result<std::vector<std::string>> PartsOf(LanguageModel& model, std::span<const std::string> texts,
                                         int64_t tokens, size_t texts_min);

}  // namespace fathom
