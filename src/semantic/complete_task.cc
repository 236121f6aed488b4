// ai_complete: the rendered text is the user's message, the answer is what the model writes, in the
// form that 'response_format' asks for. No system text: docs/wording.md shows what one did.
#include <cmath>

#include "semantic/extract_form.h"
#include "semantic/fingerprint.h"
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

// With a format.
class FormattedTask : public Task {
 public:
  FormattedTask(InputTemplate input, PromptParts prompt, TaskOptions options, AnswerFormat format)
      : input_(std::move(input)),
        prompt_(std::move(prompt)),
        options_(std::move(options)),
        format_(std::move(format)) {}

  ValueType value_type() const override {
    return IsJson(format_) ? ValueType::kJson : ValueType::kVarchar;
  }

  std::string Fingerprint() const override {
    return FingerprintBuilder("complete")
        .Add(input_)
        .Add(prompt_)
        .Add(format_.pattern->key())
        .Add(std::to_string(options_.max_tokens))
        .Add(std::to_string(options_.temperature))
        .Add(std::to_string(options_.temperature > 0 ? options_.seed : 0))
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
                                   .seed = options_.seed,
                                   .pattern = format_.pattern};
    return model.Generate(prompt_, job.texts, generate, options_.rows.on_long, context,
                          [&](size_t row, Result<Generation> generation) {
                            sink(job.indexes[row], ToAnswer(std::move(generation)));
                          });
  }

  std::unique_ptr<Task> Again(ErrorCode reason) const override {
    if (reason != ErrorCode::kDegenerateOutput) return nullptr;
    return std::make_unique<FormattedTask>(input_, prompt_, Warmer(options_), format_);
  }

  static bool IsJson(const AnswerFormat& format) { return !format.schema.empty(); }

 private:
  Result<Answer> ToAnswer(Result<Generation> generation) const {
    if (!generation.ok()) return generation.error();
    if (!IsJson(format_)) return Answer{generation->text, std::exp(SumOf(generation->decided))};
    FATHOM_ASSIGN_OR_RETURN(const JsonNode root, ReadJsonAnswer(*generation));
    return ToJsonAnswer(root);
  }

  const InputTemplate input_;
  const PromptParts prompt_;
  const TaskOptions options_;
  const AnswerFormat format_;
};

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
  FATHOM_RETURN_IF_ERROR(CheckWriting("ai_complete", options));
  for (const Example& example : options.examples) {
    if (example.output.size() != 1 || IsBlank(example.input)) {
      return Error{ErrorCode::kInvalidArgument,
                   "ai_complete: every example needs an input and one output text"};
    }
  }
  const bool is_json = format && FormattedTask::IsJson(*format);
  const std::string asked = is_json ? FormatWords(format->type) : "";
  const RowFrame frame = FrameOf(input);
  PromptParts prompt{"", asked + ExamplesText(options.examples) + frame.before, frame.after, ""};
  if (format) {
    return std::unique_ptr<Task>(std::make_unique<FormattedTask>(
        std::move(input), std::move(prompt), std::move(options), *std::move(format)));
  }
  TextForm form{.function = "ai_complete",
                .version = "2",
                .input = std::move(input),
                .prompt = std::move(prompt)};
  return MakeTextTask(std::move(form), std::move(options));
}

}  // namespace fathom
