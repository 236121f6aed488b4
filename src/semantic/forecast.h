// What a batch of rows would take, and answers to go on with, without asking the model.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "semantic/task.h"

namespace fathom {

struct Forecast {
  int64_t prefix_tokens = 0;
  int64_t row_tokens = 0;
  int64_t generated_tokens = 0;
  int64_t rows = 0;                      // that would reach the model
  std::vector<Result<Answer>> outcomes;  // one a row
};

// Tokens are counted on the first rows, some hundred, and scaled to all. Outcomes are drawn, the
// same for the same input and task, from `known`, answers to other inputs of the same task, or,
// when there are too few, from all that the task can give. `preparing`: as CountTaskTokens; what is
// prepared under it counts in prefix_tokens. REQUIRES rows distinct
Result<Forecast> ForecastRows(const Task& task, LanguageModel& model,
                              std::span<const std::vector<std::string>> rows,
                              std::span<const Result<Answer>* const> known,
                              const RunContext* preparing = nullptr);

}  // namespace fathom
