// Fingerprints of tasks: everything that can change an answer, the wording itself included, so that
// a stored answer is never taken for the answer to another question.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "semantic/scoring.h"
#include "semantic/task.h"

namespace fathom {

// Collects fields so that different lists of fields never give the same text (each carries its
// length).
class FingerprintBuilder {
 public:
  explicit FingerprintBuilder(std::string_view kind) { Add(kind); }

  FingerprintBuilder& Add(std::string_view field);
  FingerprintBuilder& Add(const InputTemplate& input);
  FingerprintBuilder& Add(const PromptParts& parts);
  FingerprintBuilder& Add(std::span<const ScoredPrompt> prompts);
  FingerprintBuilder& Add(RowPolicy policy);

  std::string Build() const { return text_; }

 private:
  std::string text_;
};

}  // namespace fathom
