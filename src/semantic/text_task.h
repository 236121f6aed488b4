// Tasks whose answer the model writes: text, or what is read out of it.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/language.h"
#include "semantic/task.h"

namespace fathom {

// The answer that the model wrote for a row of `args`, in its pattern.
using AnswerReader =
    std::function<Result<Answer>(const Generation& generation, std::span<const std::string> args)>;

// What is asked, and how. A row's text is what its template has from the first to the last value.
struct TextForm {
  std::string function;  // of SQL: "ai_complete"
  std::string version;   // with `function` part of the fingerprint: whatever `read` depends on
  InputTemplate input;
  PromptParts prompt;
  const NaturalLanguage* language = nullptr;  // what the answer is to be in; null = anything
  // What the answer matches, and what is made of it; null = free text, itself the answer.
  std::shared_ptr<const Pattern> pattern = nullptr;
  AnswerReader read = nullptr;
  ValueType value_type = ValueType::kVarchar;  // what `read` gives
};

// Sound text or a reason: kTruncated for an answer that max_tokens cuts, kBadOutput for a blank
// one, and what LanguageModel::Generate has. Asked again (Task::Again), a row is sampled at a
// higher temperature, and told what it had got wrong; with a pattern only where it went round in a
// loop.
// REQUIRES a pattern and `read`, or neither
// Errors: kInvalidArgument for a max_tokens or temperature that cannot be.
Result<std::unique_ptr<Task>> MakeTextTask(TextForm form, TaskOptions options);

}  // namespace fathom
