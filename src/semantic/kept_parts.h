// A model whose written answers are kept in the ledger one by one, for tasks that need many of them
// for one of their own (Task::has_parts).
#pragma once

#include <string>

#include "ledger/ledger.h"
#include "llm/language_model.h"

namespace fathom {

// What Generate was told before is not asked again; what it is told now is appended, and durable
// with the next Ledger::Flush. Everything else goes to the model. Borrows all.
// Threads: as the model and the ledger.
class KeptParts final : public LanguageModel {
 public:
  // `function`: of SQL, for people.
  KeptParts(LanguageModel& model, Ledger& ledger, RunId run, std::string function)
      : model_(model), ledger_(ledger), run_(run), function_(std::move(function)) {}

  const ModelInfo& Info() const override { return model_.Info(); }
  Status Score(const PromptParts& prompt, std::span<const std::string> rows,
               std::span<const ScoreLabel> labels, OnLong on_long, const RunContext& context,
               const ScoreSink& sink) override {
    return model_.Score(prompt, rows, labels, on_long, context, sink);
  }
  Status Generate(const PromptParts& prompt, std::span<const std::string> rows,
                  const GenerateOptions& options, OnLong on_long, const RunContext& context,
                  const GenerateSink& sink) override;
  Result<int64_t> CountTokens(std::string_view text) override { return model_.CountTokens(text); }
  Result<PromptTokens> CountPrompt(const PromptParts& prompt, std::span<const std::string> rows,
                                   std::span<const ScoreLabel> labels) override {
    return model_.CountPrompt(prompt, rows, labels);
  }

 private:
  LanguageModel& model_;
  Ledger& ledger_;
  const RunId run_;
  const std::string function_;
};

}  // namespace fathom
