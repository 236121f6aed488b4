// What running a task would take, counted without asking the model about a row.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "semantic/task.h"

namespace fathom {

struct TaskTokens {
  int64_t prefix = 0;             // shared prompts, and what the task would prepare for the model
  std::vector<int64_t> rows;      // prompt tokens of each row, over all prompts it is asked with
  int64_t generated_row_max = 0;  // tokens that a row may decode
  std::vector<Result<Answer>> outcomes =
      {};  // what the task made of a model that knows nothing: drawn
           // from all it can give, the same for the same row
};

// The task runs as it would, on a model that only counts: exact for whatever prompts it makes.
// Blank rows and rows longer than the context take nothing.
// Prompts may depend on what a task prepares (the opposite of a statement). With `preparing` the
// model itself prepares it, under that context and counted in its usage, and the next Run need not.
// Without it, a model that knows nothing does, and prompts may differ by some tokens.
// Errors: as Task::Run.
Result<TaskTokens> CountTaskTokens(const Task& task, LanguageModel& model,
                                   std::span<const std::vector<std::string>> rows,
                                   const RunContext* preparing = nullptr);

}  // namespace fathom
