#include "semantic/rows.h"

#include <algorithm>

#include "semantic/text.h"

namespace fathom {
namespace {

bool RowIsBlank(const InputTemplate& input, std::span<const std::string> args) {
  if (input.slots.empty()) return IsBlank(input.constants[0]);
  return std::all_of(input.slots.begin(), input.slots.end(),
                     [&](size_t slot) { return IsBlank(args[slot]); });
}

}  // namespace

JobRows CollectRows(const InputTemplate& input, std::span<const std::vector<std::string>> rows,
                    const RowRenderer& render, const AnswerSink& sink) {
  JobRows job;
  job.texts.reserve(rows.size());
  job.indexes.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (RowIsBlank(input, rows[i])) {
      sink(i, Error{ErrorCode::kEmptyInput, "blank text: nothing to ask the model about"});
      continue;
    }
    job.texts.push_back(render(rows[i]));
    job.indexes.push_back(i);
  }
  return job;
}

RowFrame FrameOf(const InputTemplate& input) {
  if (input.slots.empty()) return RowFrame{};
  return RowFrame{input.constants.front(), input.constants.back()};
}

std::string RenderBody(const InputTemplate& input, std::span<const std::string> args) {
  if (input.slots.empty()) return input.constants[0];
  std::string body;
  for (size_t i = 0; i < input.slots.size(); ++i) {
    if (i > 0) body += input.constants[i];
    FATHOM_ASSERT(input.slots[i] < args.size());
    body += args[input.slots[i]];
  }
  return body;
}

}  // namespace fathom
