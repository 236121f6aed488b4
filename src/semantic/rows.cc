#include "semantic/rows.h"

#include <algorithm>
#include <set>

#include "base/text_quality.h"
#include "semantic/text.h"

namespace fathom {
namespace {

bool RowIsBlank(const InputTemplate& input, std::span<const std::string> args) {
  if (input.slots.empty()) return IsBlank(input.constants[0]);
  return std::all_of(input.slots.begin(), input.slots.end(),
                     [&](size_t slot) { return IsBlank(args[slot]); });
}

// "a phrase of 7 characters, 551 times from character 101 on"
std::string Describe(const TextQuality& quality) {
  if (quality.period_characters == 0) {
    return std::string(TextDefectName(quality.kind)) + " from character " +
           std::to_string(quality.readable_characters) + " on";
  }
  return "a phrase of " + std::to_string(quality.period_characters) + " characters, " +
         std::to_string(quality.repeats) + " times from character " +
         std::to_string(quality.loop_begin_characters) + " on";
}

Result<std::vector<std::string>> SoundArguments(const InputTemplate& input, OnDegenerate policy,
                                                const std::vector<std::string>& args) {
  std::vector<std::string> sound = args;
  for (const size_t slot : std::set<size_t>(input.slots.begin(), input.slots.end())) {
    FATHOM_RETURN_IF_ERROR(MakeSound(policy, &sound[slot]));
  }
  return sound;
}

}  // namespace

Status MakeSound(OnDegenerate on_degenerate, std::string* text) {
  if (on_degenerate == OnDegenerate::kPass || IsBlank(*text)) return {};
  const TextQuality quality = AssessText(*text);
  if (quality.ok()) return {};
  const std::string sound = text->substr(0, quality.readable_bytes);
  if (on_degenerate == OnDegenerate::kFail || IsBlank(sound)) {
    return {ErrorCode::kDegenerateInput,
            "the input is no sound text: " + Describe(quality) +
                "; text_quality() shows more, 'on_degenerate_input': 'trim' reads what comes "
                "before, 'pass' all of it"};
  }
  *text = sound;
  return {};
}

JobRows CollectRows(const InputTemplate& input, std::span<const std::vector<std::string>> rows,
                    OnDegenerate on_degenerate, const RowRenderer& render, const AnswerSink& sink) {
  JobRows job;
  job.texts.reserve(rows.size());
  job.indexes.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (RowIsBlank(input, rows[i])) {
      sink(i, Error{ErrorCode::kEmptyInput, "blank text: nothing to ask the model about"});
      continue;
    }
    const auto sound = SoundArguments(input, on_degenerate, rows[i]);
    if (!sound.ok()) {
      sink(i, sound.error());
      continue;
    }
    job.texts.push_back(render(*sound));
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
