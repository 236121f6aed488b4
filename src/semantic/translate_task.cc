// ai_translate: the same text in another language. docs/wording.md has the wordings that were
// tried.
#include "semantic/rows.h"
#include "semantic/text_task.h"

namespace fathom {

Result<std::unique_ptr<Task>> MakeTranslateTask(InputTemplate input, const NaturalLanguage* from,
                                                const NaturalLanguage& to, TaskOptions options) {
  std::string instruction = "Translate the following text";
  if (from != nullptr) instruction += " from " + std::string(from->name);
  instruction += " to " + std::string(to.name) + ". Write only the translation.";
  if (!options.task.empty()) instruction += " " + options.task;
  const RowFrame frame = FrameOf(input);
  TextForm form{.function = "ai_translate",
                .version = "1",
                .input = std::move(input),
                .prompt = {.head = instruction + "\n\nText:\n" + frame.before,
                           .tail = frame.after + "\n\nTranslation:"},
                .language = &to};
  return MakeTextTask(std::move(form), std::move(options));
}

}  // namespace fathom
