#include "runtime/answer_guard.h"

#include <string>

namespace fathom {
namespace {

// `bytes`: of the answer, so far.
Error Degenerate(const Loop& loop, size_t bytes) {
  return {ErrorCode::kDegenerateOutput, "the answer repeats " + std::to_string(loop.period) +
                                            " bytes again and again from byte " +
                                            std::to_string(loop.begin) +
                                            " on; it was ended at byte " + std::to_string(bytes)};
}

Status InLanguage(std::optional<size_t> drift) {
  if (!drift) return {};
  return {ErrorCode::kWrongLanguage,
          "the answer is in another language than the one asked for from "
          "byte " +
              std::to_string(*drift) + " on"};
}

}  // namespace

AnswerGuard::AnswerGuard(std::optional<ScriptSet> scripts) {
  if (scripts) drift_.emplace(*scripts);
}

Status AnswerGuard::Append(std::string_view bytes) {
  if (const std::optional<Loop> loop = loops_.Append(bytes)) {
    return Degenerate(*loop, loops_.text().size());
  }
  return drift_ ? InLanguage(drift_->Append(bytes)) : Status();
}

Status AnswerGuard::Finish() { return drift_ ? InLanguage(drift_->Finish()) : Status(); }

}  // namespace fathom
