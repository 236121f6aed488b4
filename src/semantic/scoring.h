// Scored answers: a prompt with its labels, run over rows, turned into log-probabilities.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "llm/language_model.h"
#include "semantic/rows.h"

namespace fathom {

// One way to ask: labels[i] is the i-th possible answer. Several prompts for one question have the
// same number of labels in the same order.
struct ScoredPrompt {
  PromptParts parts;
  std::vector<ScoreLabel> labels;
};

// Log-probabilities of one row, one per label, normalised.
using LogProbs = std::vector<double>;
using LogProbSink = std::function<void(size_t row, Result<LogProbs> log_probs)>;

// Subtracts log(sum(exp)) so that the exponentials sum to 1.
void Normalise(LogProbs* log_probs);

// Asks every prompt about every row and reports the normalised mean of the log-probabilities.
// `row` of the sink is the caller's (JobRows::indexes). A row that fails under one prompt fails.
// Errors: as LanguageModel::Score.
Status ScoreRows(LanguageModel& model, std::span<const ScoredPrompt> prompts, const JobRows& rows,
                 OnLong on_long, const RunContext& context, const LogProbSink& sink);

}  // namespace fathom
