// What every kind of model refuses before it starts, in the same words.
#pragma once

#include <span>

#include "base/result.h"
#include "llm/language_model.h"

namespace fathom {

// kInvalidArgument: fewer than 2 labels, a label without spelling, an empty spelling, one spelling
// in two labels.
Status CheckLabels(std::span<const ScoreLabel> labels);

// kInvalidArgument: max_tokens < 1, a temperature that is negative or no number, an empty stop,
// stops or scripts beside a pattern.
Status CheckGenerateOptions(const GenerateOptions& options);

// The reason of a row that does not fit, with the numbers and what to do about it.
Error RowTooLong(int64_t row_tokens, int64_t room_tokens, int64_t context_tokens);

// The reason of a job whose prompt leaves no room for any row.
Error PromptTooLong(int64_t prompt_tokens, int64_t answer_tokens, int64_t context_tokens);

// "9,120"
std::string WithThousands(int64_t number);

}  // namespace fathom
