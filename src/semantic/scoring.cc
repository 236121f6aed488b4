#include "semantic/scoring.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace fathom {
namespace {

// What is known of one row while several prompts are asked about it.
struct RowState {
  LogProbs sum;
  std::optional<Error> error;
};

void Accumulate(const Result<std::span<const double>>& answer, RowState* state) {
  if (!answer.ok()) {
    if (!state->error) state->error = answer.error();
    return;
  }
  const std::span<const double> log_probs = *answer;
  if (state->sum.empty()) state->sum.assign(log_probs.size(), 0.0);
  FATHOM_ASSERT(state->sum.size() == log_probs.size());
  for (size_t i = 0; i < log_probs.size(); ++i) state->sum[i] += log_probs[i];
}

Result<LogProbs> Finish(RowState state, size_t prompts) {
  if (state.error) return *state.error;
  for (double& value : state.sum) value /= static_cast<double>(prompts);
  Normalise(&state.sum);
  return std::move(state.sum);
}

}  // namespace

void Normalise(LogProbs* log_probs) {
  const double top = *std::max_element(log_probs->begin(), log_probs->end());
  double total = 0;
  for (double value : *log_probs) total += std::exp(value - top);
  const double shift = top + std::log(total);
  for (double& value : *log_probs) value -= shift;
}

Status ScoreRows(LanguageModel& model, std::span<const ScoredPrompt> prompts, const JobRows& rows,
                 OnLong on_long, const RunContext& context, const LogProbSink& sink) {
  FATHOM_ASSERT(!prompts.empty());
  if (rows.texts.empty()) return Status();
  std::vector<RowState> states(rows.texts.size());
  for (size_t p = 0; p < prompts.size(); ++p) {
    const bool last = p + 1 == prompts.size();
    const auto receive = [&](size_t row, Result<std::span<const double>> answer) {
      Accumulate(answer, &states[row]);
      if (last) sink(rows.indexes[row], Finish(std::move(states[row]), prompts.size()));
    };
    FATHOM_RETURN_IF_ERROR(
        model.Score(prompts[p].parts, rows.texts, prompts[p].labels, on_long, context, receive));
  }
  return Status();
}

}  // namespace fathom
