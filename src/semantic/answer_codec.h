// Answers as bytes, for the ledger.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "semantic/task.h"

namespace fathom {

// Does asking again give this again? Such outcomes are kept: answers, and what the model said that
// was no answer. Too long, degenerate input, cancelled, over budget: nothing was paid for.
bool IsKept(const Result<Answer>& outcome);

// REQUIRES IsKept(outcome)
std::string EncodeOutcome(const Result<Answer>& outcome);

// Errors: kCorrupt when `bytes` are not what EncodeOutcome writes.
Result<Result<Answer>> DecodeOutcome(std::string_view bytes);

// A row's arguments as one text: itself when there is one, else each with its length before it.
// Different rows of one task never give the same text.
std::string EncodeInput(std::span<const std::string> args);
std::string EncodeInput(std::span<const std::string_view> args);
// The arguments again. REQUIRES EncodeInput made `input` of so many
std::vector<std::string> DecodeInput(std::string_view input, size_t args);

// The same as JSON, for people and other programs.
std::string OutcomeToJson(const Result<Answer>& outcome);

}  // namespace fathom
