#include "semantic/neutral.h"

#include <array>

namespace fathom {

std::span<const std::string> NeutralTexts(Language language) {
  static const std::array<std::string, 4> english{"N/A", "", "-", "The text."};
  static const std::array<std::string, 4> chinese{"无", "", "-", "文字。"};
  return language == Language::kChinese ? chinese : english;
}

Result<LogProbs> LeaningOf(LanguageModel& model, std::span<const ScoredPrompt> prompts,
                           Language language, const RunContext& context) {
  JobRows neutral;
  for (const std::string& text : NeutralTexts(language)) {
    neutral.indexes.push_back(neutral.texts.size());
    neutral.texts.push_back(text);
  }
  std::vector<LogProbs> answers(neutral.texts.size());
  FATHOM_RETURN_IF_ERROR(ScoreRows(model, prompts, neutral, OnLong::kFail, context,
                                   [&](size_t row, Result<LogProbs> log_probs) {
                                     if (log_probs.ok()) answers[row] = std::move(*log_probs);
                                   }));
  LogProbs mean(prompts[0].labels.size(), 0.0);
  double answered = 0;
  for (const LogProbs& answer : answers) answered += answer.empty() ? 0 : 1;
  for (const LogProbs& answer : answers) {  // in the order of the texts, whatever came first
    for (size_t i = 0; i < answer.size(); ++i) mean[i] += answer[i] / answered;
  }
  return mean;
}

void TakeOff(const LogProbs& leaning, double weight, LogProbs* log_probs) {
  FATHOM_ASSERT(leaning.size() == log_probs->size());
  for (size_t i = 0; i < leaning.size(); ++i) (*log_probs)[i] -= weight * leaning[i];
  Normalise(log_probs);
}

}  // namespace fathom
