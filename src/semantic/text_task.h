// Tasks whose answer is text that the model writes.
#pragma once

#include <memory>
#include <string>

#include "base/language.h"
#include "semantic/task.h"

namespace fathom {

// What is asked, and how. A row's text is what its template has from the first to the last value.
struct TextForm {
  std::string function;  // of SQL: "ai_complete"
  std::string version;   // with `function` part of the fingerprint
  InputTemplate input;
  PromptParts prompt;
  const NaturalLanguage* language = nullptr;  // what the answer is to be in; null = anything
};

// Errors: kInvalidArgument for a max_tokens or temperature that cannot be.
Status CheckWriting(const std::string& function, const TaskOptions& options);

// For a second time: at a higher temperature, which leaves a loop or a language behind in most
// cases.
TaskOptions Warmer(TaskOptions options);

// Sound text or a reason: kTruncated for an answer that max_tokens cuts, kBadOutput for a blank
// one, and what LanguageModel::Generate has. Asked again (Task::Again), a row is sampled at a
// higher temperature, and told what it had got wrong. Errors: as CheckWriting.
Result<std::unique_ptr<Task>> MakeTextTask(TextForm form, TaskOptions options);

}  // namespace fathom
