// A scripted LanguageModel for the tests of this folder: answers by a function of the row, keeps
// what it was asked.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "llm/language_model.h"
#include "semantic/neutral.h"
#include "semantic/task.h"

namespace fathom {

class FakeModel : public LanguageModel {
 public:
  struct ScoreCall {
    PromptParts prompt;
    std::vector<std::string> rows;
    std::vector<ScoreLabel> labels;
    OnLong on_long;
  };
  struct GenerateCall {
    PromptParts prompt;
    std::vector<std::string> rows;
    GenerateOptions options;
  };

  // Probabilities of the labels in the job `call` of score_calls; an Error fails the row.
  std::function<Result<std::vector<double>>(size_t call, const std::string& row)> on_score;
  std::function<Result<Generation>(const std::string& row)> on_generate;
  // Probabilities of the labels for texts that say nothing; empty = all equal.
  std::vector<double> leaning;
  int neutral_calls = 0;  // jobs about such texts; not among score_calls
  std::vector<ScoreCall> score_calls;
  std::vector<GenerateCall> generate_calls;

  const ModelInfo& Info() const override { return info_; }

  Status Score(const PromptParts& prompt, std::span<const std::string> rows,
               std::span<const ScoreLabel> labels, OnLong on_long, const RunContext& context,
               const ScoreSink& sink) override {
    FATHOM_RETURN_IF_ERROR(context.Check());
    if (IsNeutral(rows)) return ScoreNeutral(rows.size(), labels.size(), sink);
    score_calls.push_back(
        ScoreCall{prompt, {rows.begin(), rows.end()}, {labels.begin(), labels.end()}, on_long});
    for (size_t i = rows.size(); i-- > 0;) {  // backwards: order is not promised
      Result<std::vector<double>> answer = on_score(score_calls.size() - 1, rows[i]);
      if (!answer.ok()) {
        sink(i, answer.error());
        continue;
      }
      std::vector<double> log_probs;
      for (double probability : *answer) log_probs.push_back(std::log(probability));
      sink(i, std::span<const double>(log_probs));
    }
    return Status();
  }

  Status Generate(const PromptParts& prompt, std::span<const std::string> rows,
                  const GenerateOptions& options, OnLong, const RunContext& context,
                  const GenerateSink& sink) override {
    FATHOM_RETURN_IF_ERROR(context.Check());
    generate_calls.push_back(GenerateCall{prompt, {rows.begin(), rows.end()}, options});
    for (size_t i = 0; i < rows.size(); ++i) sink(i, on_generate(rows[i]));
    return Status();
  }

  Result<int64_t> CountTokens(std::string_view text) override {
    return static_cast<int64_t>(text.size());
  }

  // A token is a byte.
  Result<PromptTokens> CountPrompt(const PromptParts& prompt, std::span<const std::string> rows,
                                   std::span<const ScoreLabel>) override {
    PromptTokens count;
    count.prefix = static_cast<int64_t>(prompt.system.size() + prompt.head.size());
    for (const std::string& row : rows) {
      count.rows.push_back(static_cast<int64_t>(row.size() + prompt.tail.size()));
    }
    return count;
  }

 private:
  static bool IsNeutral(std::span<const std::string> rows) {
    return std::ranges::equal(rows, NeutralTexts(Language::kEnglish)) ||
           std::ranges::equal(rows, NeutralTexts(Language::kChinese));
  }

  Status ScoreNeutral(size_t rows, size_t labels, const ScoreSink& sink) {
    ++neutral_calls;
    std::vector<double> log_probs(labels, -std::log(static_cast<double>(labels)));
    for (size_t i = 0; i < leaning.size(); ++i) log_probs[i] = std::log(leaning[i]);
    for (size_t row = 0; row < rows; ++row) sink(row, std::span<const double>(log_probs));
    return Status();
  }

  ModelInfo info_{.name = "fake", .fingerprint = "fake-1", .context_tokens = 4096, .price = {}};
};

// Runs `task` and returns one answer per row; every row must be answered exactly once.
inline std::vector<Result<Answer>> RunTask(const Task& task, LanguageModel& model,
                                           const std::vector<std::vector<std::string>>& rows) {
  const Answer none{std::string("never answered"), -1};
  std::vector<Result<Answer>> answers(rows.size(), Result<Answer>(none));
  std::vector<int> times(rows.size(), 0);
  const Status status = task.Run(model, rows, RunContext{}, [&](size_t row, Result<Answer> answer) {
    answers.at(row) = std::move(answer);
    ++times.at(row);
  });
  FATHOM_ASSERT(status.ok());
  for (int count : times) FATHOM_ASSERT(count == 1);
  return answers;
}

}  // namespace fathom
