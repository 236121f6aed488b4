// ai_complete: the rendered text is the user's message, the answer is what the model writes. No
// system text: docs/wording.md shows what one did.
#include "semantic/fingerprint.h"
#include "semantic/rows.h"
#include "semantic/task.h"
#include "semantic/text.h"

namespace fathom {
namespace {

class CompleteTask : public Task {
 public:
  CompleteTask(InputTemplate input, TaskOptions options)
      : input_(std::move(input)), options_(std::move(options)) {
    const RowFrame frame = FrameOf(input_);
    prompt_ = PromptParts{"", ExamplesText() + frame.before, frame.after, ""};
  }

  ValueType value_type() const override { return ValueType::kVarchar; }

  std::string Fingerprint() const override {
    return FingerprintBuilder("complete")
        .Add(input_)
        .Add(prompt_)
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
    const GenerateOptions generate{options_.max_tokens, options_.temperature, options_.seed, {}};
    return model.Generate(prompt_, job.texts, generate, options_.on_long, context,
                          [&](size_t row, Result<Generation> generation) {
                            sink(job.indexes[row], ToAnswer(std::move(generation)));
                          });
  }

 private:
  std::string ExamplesText() const {
    std::string text;
    for (const Example& example : options_.examples) {
      text += example.input + "\n" + example.output.front() + "\n\n";
    }
    return text;
  }

  static Result<Answer> ToAnswer(Result<Generation> generation) {
    if (!generation.ok()) return generation.error();
    const std::string_view text = Trim(generation->text);
    if (text.empty()) {
      return Error{ErrorCode::kBadOutput, "ai_complete: the model answered with blank text"};
    }
    return Answer{std::string(text), 1.0};
  }

  const InputTemplate input_;
  const TaskOptions options_;
  PromptParts prompt_;
};

}  // namespace

Result<std::unique_ptr<Task>> MakeCompleteTask(InputTemplate input, TaskOptions options) {
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
      std::make_unique<CompleteTask>(std::move(input), std::move(options)));
}

}  // namespace fathom
