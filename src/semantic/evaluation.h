// From inputs to answers, the dear way last: what the ledger has, what another process is asking
// right now, what the budget allows, the model.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "semantic/budget.h"
#include "semantic/task.h"

namespace fathom {

// A task as the ledger knows it.
struct Question {
  const Task* task = nullptr;
  std::string function;     // "ai_filter"
  std::string description;  // the input's template, for people
};

// What an evaluation may use; everything is borrowed.
struct Evaluation {
  LanguageModel* model = nullptr;
  const RunContext* context = nullptr;
  const Budget* budget = nullptr;
  std::function<Spent()> spent = {};  // of the whole query, so far
  Ledger* ledger = nullptr;           // null: every row is asked, nothing is kept
  RunId run = 0;                      // of the ledger
};

// Once per row, in any order, from one thread at a time.
using OutcomeSink = std::function<void(size_t row, Result<Answer> outcome, bool from_ledger)>;

// The rows that the ledger can answer are reported, the others are not. `inputs`: EncodeInput of
// each. Of `model` name and fingerprint count: it need not be loaded. Claims nothing. Errors: of
// the ledger.
Status LookUp(const Question& question, const ModelInfo& model, Ledger& ledger,
              std::span<const std::string_view> inputs, const OutcomeSink& sink);

// Reports every row once, or fails. What the model has answered is durable in the ledger before
// this returns, also when it fails; but for answers that were to be asked again.
//   A row that the endpoint could not serve (kUnavailable) is asked again, up to 3 times in all,
//   after .5 and 1 s.
//   A row that failed for a reason that Task::Again knows is asked that, once, if the budget
//   allows; its outcome is the last one. A row that the budget leaves out is kOverBudget when
//   limits are partial; otherwise the query fails with that code, before anything over the limit
//   was asked.
// Errors  as Task::Run; kOverBudget; of the ledger.
// REQUIRES rows distinct, none NULL
Status Evaluate(const Question& question, const Evaluation& with,
                std::span<const std::vector<std::string>> rows, const OutcomeSink& sink);

}  // namespace fathom
