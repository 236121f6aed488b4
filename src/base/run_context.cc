#include "base/run_context.h"

namespace fathom {

Status RunContext::Check() const {
  if (is_cancelled && is_cancelled()) return {ErrorCode::kCancelled, "cancelled by the user"};
  if (deadline && std::chrono::steady_clock::now() >= *deadline) {
    return {ErrorCode::kDeadline, "the run's time limit is over"};
  }
  return {};
}

}  // namespace fathom
