// ai_summarize: a few sentences instead of a text, in its language or the one that is asked for.
// docs/wording.md has the wordings that were tried.
#include "semantic/rows.h"
#include "semantic/text_task.h"

namespace fathom {

Result<std::unique_ptr<Task>> MakeSummarizeTask(InputTemplate input,
                                                const NaturalLanguage* language,
                                                TaskOptions options) {
  std::string instruction = "Summarize the following text in one to three short sentences. ";
  instruction += language != nullptr
                     ? "Write in " + std::string(language->name) + "."
                     : "Write in the same language as the text (Chinese text: 用中文总结).";
  if (!options.task.empty()) instruction += " " + options.task;
  const RowFrame frame = FrameOf(input);
  TextForm form{.function = "ai_summarize",
                .version = "1",
                .input = std::move(input),
                .prompt = {.head = instruction + "\n\nText:\n" + frame.before,
                           .tail = frame.after + "\n\nSummary:"},
                .language = language};
  return MakeTextTask(std::move(form), std::move(options));
}

}  // namespace fathom
