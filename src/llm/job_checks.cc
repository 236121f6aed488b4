#include "llm/job_checks.h"

#include <cmath>
#include <map>

namespace fathom {

Status CheckLabels(std::span<const ScoreLabel> labels) {
  if (labels.size() < 2) {
    return {ErrorCode::kInvalidArgument,
            "scoring needs at least 2 labels, got " + std::to_string(labels.size())};
  }
  std::map<std::string_view, size_t> owner;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].spellings.empty()) {
      return {ErrorCode::kInvalidArgument, "label " + std::to_string(i + 1) + " has no spelling"};
    }
    for (const std::string& spelling : labels[i].spellings) {
      if (spelling.empty()) {
        return {ErrorCode::kInvalidArgument,
                "label " + std::to_string(i + 1) + " has an empty spelling"};
      }
      const auto [found, added] = owner.emplace(spelling, i);
      if (!added && found->second != i) {
        return {ErrorCode::kInvalidArgument, "labels " + std::to_string(found->second + 1) +
                                                 " and " + std::to_string(i + 1) +
                                                 " share the spelling '" + spelling + "'"};
      }
    }
  }
  return {};
}

Status CheckGenerateOptions(const GenerateOptions& options) {
  if (options.max_tokens < 1) {
    return {ErrorCode::kInvalidArgument,
            "max_tokens must be at least 1, got " + std::to_string(options.max_tokens)};
  }
  if (!std::isfinite(options.temperature) || options.temperature < 0) {
    return {ErrorCode::kInvalidArgument, "temperature must be 0 or a positive number, got " +
                                             std::to_string(options.temperature)};
  }
  for (const std::string& stop : options.stop) {
    if (stop.empty()) return {ErrorCode::kInvalidArgument, "a stop string is empty"};
  }
  if (options.pattern && !options.stop.empty()) {
    return {ErrorCode::kInvalidArgument,
            "stop strings and a pattern exclude each other: the pattern says where answers end"};
  }
  if (options.pattern && options.scripts) {
    return {
        ErrorCode::kInvalidArgument,
        "a language and a pattern exclude each other: the pattern says what answers are made of"};
  }
  return {};
}

Error RowTooLong(int64_t row_tokens, int64_t room_tokens, int64_t context_tokens) {
  return {ErrorCode::kTooLong, "row has " + WithThousands(row_tokens) + " tokens, room for " +
                                   WithThousands(room_tokens) + " of the context's " +
                                   WithThousands(context_tokens) +
                                   "; shorten it, or set 'on_long': 'truncate'"};
}

Error PromptTooLong(int64_t prompt_tokens, int64_t answer_tokens, int64_t context_tokens) {
  return {ErrorCode::kTooLong,
          "the instruction has " + WithThousands(prompt_tokens) +
              " tokens and the answer may take " + WithThousands(answer_tokens) +
              ", which leaves no room for rows in the context of " + WithThousands(context_tokens) +
              "; shorten the instruction, lower max_tokens, or use a model with a longer context"};
}

std::string WithThousands(int64_t number) {
  std::string digits = std::to_string(number);
  const int64_t first = number < 0 ? 1 : 0;
  for (int64_t at = static_cast<int64_t>(digits.size()) - 3; at > first; at -= 3) {
    digits.insert(at, ",");
  }
  return digits;
}

}  // namespace fathom
