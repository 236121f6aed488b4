// How fast a model is on this machine: measured once in a few seconds, corrected by every run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "llm/language_model.h"

namespace fathom {

// What a run takes, in the units that its time follows.
struct Work {
  double prompt_tokens = 0;  // prefixes and rows
  double rows = 0;
  double generated_tokens = 0;
};

// seconds = prompt_token * prompt tokens + row * rows + generated_token * generated tokens
struct ModelSpeed {
  double prompt_token = 0;
  double row = 0;
  double generated_token = 0;

  double Seconds(const Work& work) const;
};

// Scores short and long rows and decodes some: the difference tells tokens from rows. Errors: of
// the model.
Result<ModelSpeed> MeasureSpeed(LanguageModel& model, const RunContext& context);

// `work` took `seconds`: moves the whole speed halfway towards that, by at most a factor of 4.
ModelSpeed Corrected(const ModelSpeed& speed, const Work& work, double seconds);

// As a fact of the ledger, and back; nullopt when it is not one.
std::string EncodeSpeed(const ModelSpeed& speed);
std::optional<ModelSpeed> DecodeSpeed(const std::string& text);

}  // namespace fathom
