// ai_complete: the rendered text is the user's message, the answer is what the model writes, in the
// form that 'response_format' asks for. No system text: docs/wording.md shows what one did.
#include <cmath>

#include "semantic/extract_form.h"
#include "semantic/fingerprint.h"
#include "semantic/rows.h"
#include "semantic/task.h"
#include "semantic/text.h"
#include "semantic/typed/json_answer.h"

namespace fathom {
namespace {

class CompleteTask : public Task {
 public:
  CompleteTask(InputTemplate input, TaskOptions options, std::optional<AnswerFormat> format)
      : input_(std::move(input)), options_(std::move(options)), format_(std::move(format)) {
    const RowFrame frame = FrameOf(input_);
    const std::string asked = is_json() ? FormatWords(format_->type) : "";
    prompt_ = PromptParts{"", asked + ExamplesText() + frame.before, frame.after, ""};
  }

  ValueType value_type() const override {
    return is_json() ? ValueType::kJson : ValueType::kVarchar;
  }

  std::string Fingerprint() const override {
    return FingerprintBuilder("complete")
        .Add(input_)
        .Add(prompt_)
        .Add(format_ ? format_->pattern->key() : "")
        .Add(std::to_string(options_.max_tokens))
        .Add(std::to_string(options_.temperature))
        .Add(std::to_string(options_.temperature > 0 ? options_.seed : 0))
        .Add(std::to_string(static_cast<int>(options_.on_long)))
        .Build();
  }

  Status Run(LanguageModel& model, std::span<const std::vector<std::string>> rows,
             const RunContext& context, const AnswerSink& sink) const override {
    const auto render = [&](std::span<const std::string> args) { return RenderBody(input_, args); };
    const JobRows job = CollectRows(input_, rows, render, sink);
    if (job.texts.empty()) return Status();
    const GenerateOptions generate{.max_tokens = options_.max_tokens,
                                   .temperature = options_.temperature,
                                   .seed = options_.seed,
                                   .pattern = format_ ? format_->pattern : nullptr};
    return model.Generate(prompt_, job.texts, generate, options_.on_long, context,
                          [&](size_t row, Result<Generation> generation) {
                            sink(job.indexes[row], ToAnswer(std::move(generation)));
                          });
  }

 private:
  bool is_json() const { return format_ && !format_->schema.empty(); }

  std::string ExamplesText() const {
    std::string text;
    for (const Example& example : options_.examples) {
      text += example.input + "\n" + example.output.front() + "\n\n";
    }
    return text;
  }

  Result<Answer> ToAnswer(Result<Generation> generation) const {
    if (!generation.ok()) return generation.error();
    if (is_json()) {
      FATHOM_ASSIGN_OR_RETURN(const JsonNode root, ReadJsonAnswer(*generation));
      return ToJsonAnswer(root);
    }
    if (format_) return Answer{generation->text, std::exp(SumOf(generation->decided))};
    const std::string_view text = Trim(generation->text);
    if (text.empty()) {
      return Error{ErrorCode::kBadOutput, "ai_complete: the model answered with blank text"};
    }
    return Answer{std::string(text), 1.0};
  }

  static double SumOf(std::span<const DecidedToken> decided) {
    double sum = 0;
    for (const DecidedToken& token : decided) sum += token.log_prob;
    return sum;
  }

  const InputTemplate input_;
  const TaskOptions options_;
  const std::optional<AnswerFormat> format_;
  PromptParts prompt_;
};

}  // namespace

Result<std::unique_ptr<Task>> MakeCompleteTask(InputTemplate input, TaskOptions options,
                                               std::optional<AnswerFormat> format) {
  if (options.max_tokens < 1) {
    return Error{
        ErrorCode::kInvalidArgument,
        "ai_complete: max_tokens is " + std::to_string(options.max_tokens) + ", need at least 1"};
  }
  if (!(options.temperature >= 0)) {
    return Error{
        ErrorCode::kInvalidArgument,
        "ai_complete: temperature is " + std::to_string(options.temperature) + ", need 0 or more"};
  }
  for (const Example& example : options.examples) {
    if (example.output.size() != 1 || IsBlank(example.input)) {
      return Error{ErrorCode::kInvalidArgument,
                   "ai_complete: every example needs an input and one output text"};
    }
  }
  return std::unique_ptr<Task>(
      std::make_unique<CompleteTask>(std::move(input), std::move(options), std::move(format)));
}

}  // namespace fathom
