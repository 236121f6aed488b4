#include "runtime/answer_text.h"

#include <algorithm>

#include "base/utf8_scan.h"

namespace fathom {

AnswerText::AnswerText(const std::vector<std::string>& stops) : stops_(stops) {
  for (const std::string& stop : stops) {
    FATHOM_ASSERT(!stop.empty());
    longest_stop_ = std::max(longest_stop_, stop.size());
  }
}

AnswerText::State AnswerText::Append(std::string_view bytes) {
  FATHOM_ASSERT(state_ == State::kOpen);
  // A stop string that ends in the new bytes begins at most its length - 1 before them.
  const size_t search_from = bytes_.size() - std::min(bytes_.size(), longest_stop_);
  bytes_ += bytes;
  size_t end = std::string::npos;
  for (const std::string& stop : stops_) end = std::min(end, bytes_.find(stop, search_from));
  if (end != std::string::npos) {
    bytes_.resize(end);
    valid_bytes_ = std::min(valid_bytes_, end);
    state_ = State::kStopped;
  }
  const Utf8Scan scan = ScanUtf8(bytes_, valid_bytes_);
  valid_bytes_ = scan.valid_bytes;
  if (scan.broken) state_ = State::kBroken;
  return state_;
}

Result<std::string> AnswerText::Finish() && {
  if (valid_bytes_ != bytes_.size()) return BadBytes();
  return std::move(bytes_);
}

Result<std::string> AnswerText::FinishAtLimit() && {
  if (state_ == State::kBroken) return BadBytes();
  bytes_.resize(valid_bytes_);
  return std::move(bytes_);
}

Error AnswerText::BadBytes() const {
  return {ErrorCode::kBadOutput, "the model wrote bytes that are not UTF-8 at byte " +
                                     std::to_string(valid_bytes_) + " of its answer"};
}

}  // namespace fathom
