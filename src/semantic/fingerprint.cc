#include "semantic/fingerprint.h"

namespace fathom {

FingerprintBuilder& FingerprintBuilder::Add(std::string_view field) {
  text_ += std::to_string(field.size());
  text_ += ':';
  text_ += field;
  return *this;
}

FingerprintBuilder& FingerprintBuilder::Add(const InputTemplate& input) {
  for (size_t i = 0; i < input.constants.size(); ++i) {
    Add(input.constants[i]);
    if (i < input.slots.size()) Add(std::to_string(input.slots[i]));
  }
  return *this;
}

FingerprintBuilder& FingerprintBuilder::Add(const PromptParts& parts) {
  return Add(parts.system).Add(parts.head).Add(parts.tail).Add(parts.answer_head);
}

FingerprintBuilder& FingerprintBuilder::Add(std::span<const ScoredPrompt> prompts) {
  for (const ScoredPrompt& prompt : prompts) {
    Add(prompt.parts);
    for (const ScoreLabel& label : prompt.labels) {
      Add(std::to_string(label.spellings.size()));
      for (const std::string& spelling : label.spellings) Add(spelling);
    }
  }
  return *this;
}

// What came later is left out where it is not used, so that older answers stay known.
FingerprintBuilder& FingerprintBuilder::Add(RowPolicy policy) {
  Add(std::to_string(static_cast<int>(policy.on_long)));
  if (policy.on_degenerate == OnDegenerate::kPass) return *this;
  return Add(std::to_string(static_cast<int>(policy.on_degenerate)));
}

}  // namespace fathom
