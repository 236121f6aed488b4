// ai_complete: the rendered text is the user's message, the answer is what the model writes. No
// system text: docs/wording.md shows what one did.
#include "semantic/rows.h"
#include "semantic/task.h"
#include "semantic/text.h"
#include "semantic/text_task.h"

namespace fathom {
namespace {

std::string ExamplesText(const std::vector<Example>& examples) {
  std::string text;
  for (const Example& example : examples) {
    text += example.input + "\n" + example.output.front() + "\n\n";
  }
  return text;
}

}  // namespace

Result<std::unique_ptr<Task>> MakeCompleteTask(InputTemplate input, TaskOptions options) {
  for (const Example& example : options.examples) {
    if (example.output.size() != 1 || IsBlank(example.input)) {
      return Error{ErrorCode::kInvalidArgument,
                   "ai_complete: every example needs an input and one output text"};
    }
  }
  const RowFrame frame = FrameOf(input);
  TextForm form{.function = "ai_complete",
                .version = "2",
                .input = std::move(input),
                .prompt = {"", ExamplesText(options.examples) + frame.before, frame.after, ""}};
  return MakeTextTask(std::move(form), std::move(options));
}

}  // namespace fathom
