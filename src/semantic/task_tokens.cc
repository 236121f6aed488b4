#include "semantic/task_tokens.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace fathom {
namespace {

// Stands in for a model: counts each job's prompt and gives answers without content.
class CountingModel final : public LanguageModel {
 public:
  // `prepares`: jobs that prepare a task go to `model`.
  CountingModel(LanguageModel& model, const Usage* rows_usage, bool prepares)
      : model_(model), rows_usage_(rows_usage), prepares_(prepares), info_(model.Info()) {
    // Tasks keep what they prepare by it.
    if (!prepares) info_.fingerprint = "counting:" + info_.fingerprint;
  }

  const ModelInfo& Info() const override { return info_; }

  Status Score(const PromptParts& prompt, std::span<const std::string> rows,
               std::span<const ScoreLabel> labels, OnLong on_long, const RunContext& context,
               const ScoreSink& sink) override {
    if (IsPassedOn(context)) return model_.Score(prompt, rows, labels, on_long, context, sink);
    FATHOM_ASSIGN_OR_RETURN(const PromptTokens count, model_.CountPrompt(prompt, rows, labels));
    Add(count, on_long, context);
    for (size_t row = 0; row < rows.size(); ++row) {
      sink(row, std::span<const double>(Draw(rows[row], labels.size())));
    }
    return {};
  }

  Status Generate(const PromptParts& prompt, std::span<const std::string> rows,
                  const GenerateOptions& options, OnLong on_long, const RunContext& context,
                  const GenerateSink& sink) override {
    if (IsPassedOn(context)) return model_.Generate(prompt, rows, options, on_long, context, sink);
    FATHOM_ASSIGN_OR_RETURN(const PromptTokens count, model_.CountPrompt(prompt, rows, {}));
    Add(count, on_long, context);
    if (context.usage == rows_usage_) {
      tokens_.generated_row_max += options.max_tokens;
    } else {
      tokens_.prefix += options.max_tokens * static_cast<int64_t>(rows.size());
    }
    for (size_t row = 0; row < rows.size(); ++row) {
      sink(row, Generation{.text = rows[row], .finish = FinishReason::kStop, .tokens = 0});
    }
    return {};
  }

  Result<int64_t> CountTokens(std::string_view text) override { return model_.CountTokens(text); }
  Result<PromptTokens> CountPrompt(const PromptParts& prompt, std::span<const std::string> rows,
                                   std::span<const ScoreLabel> labels) override {
    return model_.CountPrompt(prompt, rows, labels);
  }

  TaskTokens Take() { return std::move(tokens_); }

 private:
  // One label is nearly certain, which one is up to the row's text.
  std::vector<double> Draw(const std::string& row, size_t labels) const {
    constexpr double kLikely = .9;
    const double rest = (1 - kLikely) / static_cast<double>(labels - 1);
    std::vector<double> log_probs(labels, std::log(rest));
    log_probs[XXH3_64bits(row.data(), row.size()) % labels] = std::log(kLikely);
    return log_probs;
  }

  bool IsPassedOn(const RunContext& context) const {
    return prepares_ && context.usage != rows_usage_;
  }

  void Add(const PromptTokens& count, OnLong on_long, const RunContext& context) {
    tokens_.prefix += count.prefix;
    const int64_t room = info_.context_tokens - count.prefix;
    if (context.usage == rows_usage_) tokens_.rows.resize(count.rows.size());
    for (size_t row = 0; row < count.rows.size(); ++row) {
      int64_t tokens = count.rows[row];
      if (tokens > room) tokens = on_long == OnLong::kFail ? 0 : room;
      (context.usage == rows_usage_ ? tokens_.rows[row] : tokens_.prefix) += tokens;
    }
  }

  LanguageModel& model_;
  const Usage* rows_usage_;  // jobs that count here are about the rows, others prepare the task
  const bool prepares_;
  ModelInfo info_;
  TaskTokens tokens_;
};

}  // namespace

Result<TaskTokens> CountTaskTokens(const Task& task, LanguageModel& model,
                                   std::span<const std::vector<std::string>> rows,
                                   const RunContext* preparing) {
  Usage usage;
  RunContext context = preparing != nullptr ? *preparing : RunContext();
  context.usage = &usage;
  CountingModel counting(model, &usage, preparing != nullptr);
  std::vector<Result<Answer>> outcomes(rows.size(), Error{ErrorCode::kBadOutput, ""});
  FATHOM_RETURN_IF_ERROR(task.Run(counting, rows, context, [&](size_t row, Result<Answer> answer) {
    outcomes[row] = std::move(answer);
  }));
  if (preparing != nullptr && preparing->usage != nullptr) {
    preparing->usage->prefix_tokens += usage.prefix_tokens;
    preparing->usage->generated_tokens += usage.generated_tokens;
  }
  TaskTokens tokens = counting.Take();
  tokens.outcomes = std::move(outcomes);
  const auto is_asked = [&](size_t row) {
    const Result<Answer>& outcome = tokens.outcomes[row];
    return outcome.ok() || (outcome.error().code != ErrorCode::kEmptyInput &&
                            outcome.error().code != ErrorCode::kDegenerateInput);
  };
  // The jobs had the rows that can be asked, in their order.
  std::vector<int64_t> by_row(rows.size(), 0);
  size_t next = 0;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (is_asked(row) && next < tokens.rows.size()) by_row[row] = tokens.rows[next++];
  }
  tokens.rows = std::move(by_row);
  return tokens;
}

}  // namespace fathom
