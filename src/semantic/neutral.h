// Texts that say nothing: how a model answers a question about them is its leaning, not its
// judgement. A share of the leaning is taken off every row's answer.
#pragma once

#include <span>
#include <string>

#include "semantic/scoring.h"
#include "semantic/text.h"

namespace fathom {

std::span<const std::string> NeutralTexts(Language language);

// Mean log-probability of each label over the neutral texts; zeros when none could be asked about.
// Errors: as LanguageModel::Score.
Result<LogProbs> LeaningOf(LanguageModel& model, std::span<const ScoredPrompt> prompts,
                           Language language, const RunContext& context);

// Takes `weight` of the leaning off and normalises again.
// REQUIRES sizes are equal
void TakeOff(const LogProbs& leaning, double weight, LogProbs* log_probs);

}  // namespace fathom
