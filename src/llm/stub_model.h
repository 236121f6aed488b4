// A model that answers from a script (stub_script.h): for tests of everything that is not about
// the model.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "llm/language_model.h"
#include "llm/stub_script.h"

namespace fathom {

// Tokens are words. Score: the label that the script's answer names gets the rule's probability,
// the others share the rest equally. The named label is the first of these that exists:
//   1. the one with a spelling equal to the answer (blanks around and ASCII case ignored)
//   2. with exactly two labels, neither of which is spelled yes or no: the first for the answer
//      "yes", the second for "no", so that scripts survive a change of a task's wording
//   3. the first with a spelling that occurs in the row
//   4. the last
// Generate: the script's answer with every "{row}" replaced by the row. With a pattern the answer
// has to match, else the row fails with kBadOutput; loops and other languages fail as
// everywhere; all of it counts as one decided token that has
// the rule's probability.
std::unique_ptr<LanguageModel> MakeStubModel(std::string name, StubScript script);

// Rows that stub models of this process were asked, all calls together; a row that did not fit the
// context does not count. Threads: any.
int64_t StubCalls();

}  // namespace fathom
