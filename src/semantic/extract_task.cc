// ai_extract: the fields of a text as JSON that the declaration of the fields allows.
#include "semantic/extract_form.h"
#include "semantic/fingerprint.h"
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

class ExtractTask : public Task {
 public:
  ExtractTask(InputTemplate input, PromptParts prompt, AnswerFormat fields, TaskOptions options)
      : input_(std::move(input)),
        fields_(std::move(fields)),
        prompt_(std::move(prompt)),
        options_(std::move(options)) {}

  ValueType value_type() const override { return ValueType::kJson; }

  std::string Fingerprint() const override {
    return FingerprintBuilder("extract")
        .Add(input_)
        .Add(prompt_)
        .Add(fields_.schema)
        .Add(std::to_string(options_.verbatim))
        .Add(std::to_string(options_.max_tokens))
        .Add(std::to_string(options_.temperature))
        .Add(options_.rows)
        .Build();
  }

  Status Run(LanguageModel& model, std::span<const std::vector<std::string>> rows,
             const RunContext& context, const AnswerSink& sink) const override {
    const auto render = [&](std::span<const std::string> args) { return RenderBody(input_, args); };
    const JobRows job = CollectRows(input_, rows, options_.rows.on_degenerate, render, sink);
    if (job.texts.empty()) return Status();
    const GenerateOptions generate{.max_tokens = options_.max_tokens,
                                   .temperature = options_.temperature,
                                   .pattern = fields_.pattern};
    return model.Generate(prompt_, job.texts, generate, options_.rows.on_long, context,
                          [&](size_t row, Result<Generation> generation) {
                            const size_t index = job.indexes[row];
                            sink(index, ToAnswer(std::move(generation), rows[index]));
                          });
  }

  std::unique_ptr<Task> Again(ErrorCode reason) const override {
    if (reason != ErrorCode::kDegenerateOutput) return nullptr;
    return std::make_unique<ExtractTask>(input_, prompt_, fields_, Warmer(options_));
  }

 private:
  Result<Answer> ToAnswer(Result<Generation> generation, std::span<const std::string> args) const {
    if (!generation.ok()) return generation.error();
    FATHOM_ASSIGN_OR_RETURN(JsonNode root, ReadJsonAnswer(*generation));
    if (options_.verbatim) {
      const std::string input = input_.Render(args);
      RemoveInventions(TextFinder(input), fields_.type, &root);
    }
    return ToJsonAnswer(root);
  }

  const InputTemplate input_;
  const AnswerFormat fields_;
  const PromptParts prompt_;
  const TaskOptions options_;
};

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
  return std::unique_ptr<Task>(std::make_unique<ExtractTask>(
      std::move(input), std::move(prompt), std::move(fields), std::move(options)));
}

}  // namespace fathom
