#include "semantic/task_tokens.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/utf8_scan.h"

namespace fathom {
namespace {

// Stands in for a model: counts each job's prompt and gives answers without content.
class CountingModel final : public LanguageModel {
 public:
  // `prepares`: jobs that prepare a task go to `model`.
  // `in_parts`: what is written is read again.
  CountingModel(LanguageModel& model, const Usage* rows_usage, bool prepares, bool in_parts)
      : model_(model),
        rows_usage_(rows_usage),
        prepares_(prepares),
        in_parts_(in_parts),
        info_(model.Info()) {
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
      generated_ += options.max_tokens * static_cast<int64_t>(rows.size());
      tokens_.generated_row_max += options.max_tokens;
    } else {
      tokens_.prefix += options.max_tokens * static_cast<int64_t>(rows.size());
    }
    for (size_t row = 0; row < rows.size(); ++row) {
      sink(row, Generation{.text = in_parts_ ? MadeUp(rows[row], options.max_tokens) : rows[row],
                           .finish = FinishReason::kStop,
                           .tokens = 0});
    }
    return {};
  }

  Result<int64_t> CountTokens(std::string_view text) override { return model_.CountTokens(text); }
  Result<PromptTokens> CountPrompt(const PromptParts& prompt, std::span<const std::string> rows,
                                   std::span<const ScoreLabel> labels) override {
    return model_.CountPrompt(prompt, rows, labels);
  }

  TaskTokens Take() { return std::move(tokens_); }

  // Of all rows together, for all they may decode.
  int64_t generated() const { return generated_; }

 private:
  // One label is nearly certain, which one is up to the row's text.
  std::vector<double> Draw(const std::string& row, size_t labels) const {
    constexpr double kLikely = .9;
    const double rest = (1 - kLikely) / static_cast<double>(labels - 1);
    std::vector<double> log_probs(labels, std::log(rest));
    log_probs[XXH3_64bits(row.data(), row.size()) % labels] = std::log(kLikely);
    return log_probs;
  }

  // A text as long as an answer may be, about.
  static std::string MadeUp(const std::string& row, int64_t max_tokens) {
    constexpr int64_t kBytesPerToken = 4;
    const auto bytes = static_cast<size_t>(max_tokens * kBytesPerToken);
    std::string text;
    while (text.size() < bytes) text += row;
    return text.substr(0, Utf8Floor(text, bytes));
  }

  bool IsPassedOn(const RunContext& context) const {
    return prepares_ && context.usage != rows_usage_;
  }

  void Add(const PromptTokens& count, OnLong on_long, const RunContext& context) {
    tokens_.prefix += count.prefix;
    const int64_t room = info_.context_tokens - count.prefix;
    if (context.usage == rows_usage_) {
      tokens_.rows.resize(std::max(tokens_.rows.size(), count.rows.size()));
    }
    for (size_t row = 0; row < count.rows.size(); ++row) {
      int64_t tokens = count.rows[row];
      if (tokens > room) tokens = on_long == OnLong::kFail ? 0 : room;
      (context.usage == rows_usage_ ? tokens_.rows[row] : tokens_.prefix) += tokens;
    }
  }

  LanguageModel& model_;
  const Usage* rows_usage_;  // jobs that count here are about the rows, others prepare the task
  const bool prepares_;
  const bool in_parts_;
  ModelInfo info_;
  TaskTokens tokens_;
  int64_t generated_ = 0;
};

using Rows = std::span<const std::vector<std::string>>;

struct Counted {
  TaskTokens tokens;
  int64_t generated;  // of all rows
};

Result<Counted> Count(const Task& task, LanguageModel& model, Rows rows,
                      const RunContext* preparing) {
  Usage usage;
  RunContext context = preparing != nullptr ? *preparing : RunContext();
  context.usage = &usage;
  CountingModel counting(model, &usage, preparing != nullptr, task.has_parts());
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
  return Counted{std::move(tokens), counting.generated()};
}

// Row by row: the jobs' rows are parts of it. A part may be asked twice, without asking the budget.
Result<TaskTokens> CountParts(const Task& task, LanguageModel& model, Rows rows,
                              const RunContext* preparing) {
  constexpr int64_t kAsked = 2;
  TaskTokens tokens;
  for (size_t row = 0; row < rows.size(); ++row) {
    FATHOM_ASSIGN_OR_RETURN(Counted one, Count(task, model, rows.subspan(row, 1), preparing));
    tokens.prefix = std::max(tokens.prefix, one.tokens.prefix);
    tokens.rows.push_back(
        kAsked * std::accumulate(one.tokens.rows.begin(), one.tokens.rows.end(), int64_t{0}));
    tokens.generated_row_max = std::max(tokens.generated_row_max, kAsked * one.generated);
    tokens.outcomes.push_back(std::move(one.tokens.outcomes[0]));
  }
  return tokens;
}

}  // namespace

Result<TaskTokens> CountTaskTokens(const Task& task, LanguageModel& model,
                                   std::span<const std::vector<std::string>> rows,
                                   const RunContext* preparing) {
  if (task.has_parts()) return CountParts(task, model, rows, preparing);
  FATHOM_ASSIGN_OR_RETURN(Counted counted, Count(task, model, rows, preparing));
  TaskTokens tokens = std::move(counted.tokens);
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
