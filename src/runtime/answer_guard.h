// Watches an answer while it is being written.
#pragma once

#include <optional>
#include <string_view>

#include "base/language_drift.h"
#include "base/loop_detector.h"
#include "base/result.h"
#include "base/script.h"

namespace fathom {

// Threads: none.
class AnswerGuard {
 public:
  // `scripts`: what the answer is to be written in; nullopt = anything.
  explicit AnswerGuard(std::optional<ScriptSet> scripts);

  // The answer goes on; `bytes` may end inside of a character.
  // Errors  kDegenerateOutput: it goes round in a loop (base/loop_detector.h). kWrongLanguage: it
  //         has left its scripts (base/language_drift.h).
  Status Append(std::string_view bytes);

  // The answer has ended. Errors: kWrongLanguage.
  Status Finish();

 private:
  LoopDetector loops_;
  std::optional<LanguageDrift> drift_;
};

}  // namespace fathom
