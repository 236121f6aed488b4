// The opposite of a filter's statement, written by the model once per query: a small model that
// chooses between two sentences judges far better than one that says yes or no (docs/wording.md).
#pragma once

#include <string>

#include "base/result.h"
#include "base/run_context.h"
#include "llm/language_model.h"
#include "semantic/text.h"

namespace fathom {

// What the model is asked; part of a task's fingerprint.
PromptParts OppositePrompt(Language language);

// The opposite of `statement`, decoded greedily, so that one model always writes the same; empty
// when what it wrote cannot be one (blank, the statement itself, an explanation).
// Errors: as LanguageModel::Generate; a row error (the statement is too long) gives empty text.
Result<std::string> WriteOpposite(LanguageModel& model, const std::string& statement,
                                  Language language, const RunContext& context);

// Whether two sentences part where their meaning does: the word of `statement` that `opposite` does
// not have in that place is its last ("... is spam" / "... is not spam") or is exchanged for
// another ("clearly positive" / "clearly negative"). Sentences that part before the words that
// matter ("is about business" / "is not about business") cannot be told apart by their likelihood
// at that place.
bool PartWhereTheyDiffer(const std::string& statement, const std::string& opposite,
                         Language language);

}  // namespace fathom
