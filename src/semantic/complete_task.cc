// ai_complete: the rendered text is the user's message, the answer is what the model writes, in the
// form that 'response_format' asks for. No system text: docs/wording.md shows what one did.
#include <cmath>

#include "semantic/extract_form.h"
#include "semantic/rows.h"
#include "semantic/task.h"
#include "semantic/text.h"
#include "semantic/text_task.h"
#include "semantic/typed/json_answer.h"

namespace fathom {
namespace {

double SumOf(std::span<const DecidedToken> decided) {
  double sum = 0;
  for (const DecidedToken& token : decided) sum += token.log_prob;
  return sum;
}

bool IsJson(const AnswerFormat& format) { return !format.schema.empty(); }

Result<Answer> ReadText(const Generation& generation, std::span<const std::string>) {
  return Answer{generation.text, std::exp(SumOf(generation.decided))};
}

Result<Answer> ReadJson(const Generation& generation, std::span<const std::string>) {
  FATHOM_ASSIGN_OR_RETURN(const JsonNode root, ReadJsonAnswer(generation));
  return ToJsonAnswer(root);
}

std::string ExamplesText(const std::vector<Example>& examples) {
  std::string text;
  for (const Example& example : examples) {
    text += example.input + "\n" + example.output.front() + "\n\n";
  }
  return text;
}

}  // namespace

Result<std::unique_ptr<Task>> MakeCompleteTask(InputTemplate input, TaskOptions options,
                                               std::optional<AnswerFormat> format) {
  for (const Example& example : options.examples) {
    if (example.output.size() != 1 || IsBlank(example.input)) {
      return Error{ErrorCode::kInvalidArgument,
                   "ai_complete: every example needs an input and one output text"};
    }
  }
  const bool is_json = format && IsJson(*format);
  const std::string asked = is_json ? FormatWords(format->type) : "";
  const RowFrame frame = FrameOf(input);
  TextForm form{
      .function = "ai_complete",
      .version = "2",
      .input = std::move(input),
      .prompt = {"", asked + ExamplesText(options.examples) + frame.before, frame.after, ""}};
  if (format) {
    form.pattern = format->pattern;
    form.read = is_json ? ReadJson : ReadText;
    form.value_type = is_json ? ValueType::kJson : ValueType::kVarchar;
  }
  return MakeTextTask(std::move(form), std::move(options));
}

}  // namespace fathom
