// ai_extract: the fields of a text as JSON that the declaration of the fields allows.
#include "semantic/extract_form.h"
#include "semantic/rows.h"
#include "semantic/task.h"
#include "semantic/text.h"
#include "semantic/text_task.h"
#include "semantic/typed/json_answer.h"
#include "semantic/typed/quotes.h"

namespace fathom {
namespace {

constexpr size_t kMostFields = 100;

Error BadArgument(const std::string& what) {
  return Error{ErrorCode::kInvalidArgument, "ai_extract: " + what};
}

// What the model wrote, without what `input` does not say if that is wanted.
AnswerReader ReaderOf(const InputTemplate& input, const AnswerFormat& fields, bool verbatim) {
  return [=](const Generation& generation, std::span<const std::string> args) -> Result<Answer> {
    FATHOM_ASSIGN_OR_RETURN(JsonNode root, ReadJsonAnswer(generation));
    if (verbatim) {
      const std::string text = input.Render(args);
      RemoveInventions(TextFinder(text), fields.type, &root);
    }
    return ToJsonAnswer(root);
  };
}

// Outputs become JSON as answers are written. Errors: an output that is none.
Status ReadExamples(const AnswerFormat& fields, std::vector<Example>* examples) {
  for (Example& example : *examples) {
    if (example.output.size() != 1 || IsBlank(example.input)) {
      return BadArgument("every example needs an input and one output, the fields");
    }
    const Result<JsonNode> output = ParseJsonTree(example.output.front());
    if (!output.ok()) {
      return BadArgument("an example's output must be a STRUCT of the fields, or JSON text: '" +
                         example.output.front() + "' is neither");
    }
    example.output.front() = WriteJsonTree(*output);
    if (!fields.pattern->Matches(example.output.front())) {
      return BadArgument(
          "an example's output does not have the declared fields, all of them in "
          "their order: " +
          example.output.front());
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Task>> MakeExtractTask(InputTemplate input, AnswerFormat fields,
                                              TaskOptions options) {
  FATHOM_ASSERT(fields.type.kind == AnswerType::Kind::kStruct);
  if (fields.type.parts.size() > kMostFields) {
    return BadArgument(std::to_string(fields.type.parts.size()) + " fields are more than " +
                       std::to_string(kMostFields) + "; extract them in several calls");
  }
  FATHOM_RETURN_IF_ERROR(ReadExamples(fields, &options.examples));
  const Language language = DetectLanguage(options.task + WordsOf(fields.type));
  PromptParts prompt = ExtractPrompt(
      {language, options.task, fields.type, options.examples, FrameOf(input), options.verbatim});
  TextForm form{.function = "ai_extract",
                .version = options.verbatim ? "1" : "1 free",
                .input = input,
                .prompt = std::move(prompt),
                .pattern = fields.pattern,
                .read = ReaderOf(input, fields, options.verbatim),
                .value_type = ValueType::kJson};
  return MakeTextTask(std::move(form), std::move(options));
}

}  // namespace fathom
