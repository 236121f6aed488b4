// What running a task would take, counted without asking the model.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "semantic/task.h"

namespace fathom {

struct TaskTokens {
  int64_t prefix = 0;             // shared prompts and what the task prepares once per model
  std::vector<int64_t> rows;      // prompt tokens of each row, over all prompts it is asked with
  int64_t generated_row_max = 0;  // tokens that a row may decode
  std::vector<Result<Answer>> outcomes =
      {};  // what the task made of a model that knows nothing: drawn
           // from all it can give, the same for the same row
};

// The task runs as it would, on a model that only counts: exact for whatever prompts it makes.
// Blank rows and rows longer than the context take nothing. Errors: as Task::Run.
Result<TaskTokens> CountTaskTokens(const Task& task, LanguageModel& model,
                                   std::span<const std::vector<std::string>> rows);

}  // namespace fathom
