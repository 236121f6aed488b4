#include "base/result.h"

namespace fathom {

const char* ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument: return "invalid_argument";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kCorrupt: return "corrupt";
    case ErrorCode::kUnsupported: return "unsupported";
    case ErrorCode::kTooLong: return "too_long";
    case ErrorCode::kEmptyInput: return "empty_input";
    case ErrorCode::kDegenerateInput: return "degenerate_input";
    case ErrorCode::kBadOutput: return "bad_output";
    case ErrorCode::kDegenerateOutput: return "degenerate_output";
    case ErrorCode::kTruncated: return "truncated";
    case ErrorCode::kWrongLanguage: return "wrong_language";
    case ErrorCode::kCancelled: return "cancelled";
    case ErrorCode::kDeadline: return "deadline";
    case ErrorCode::kIo: return "io";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kOverBudget: return "over_budget";
  }
  return "unknown";
}

}  // namespace fathom
