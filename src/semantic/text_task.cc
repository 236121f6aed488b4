#include "semantic/text_task.h"

#include <algorithm>

#include "semantic/fingerprint.h"
#include "semantic/rows.h"
#include "semantic/text.h"

namespace fathom {
namespace {

class TextTask : public Task {
 public:
  TextTask(TextForm form, TaskOptions options)
      : form_(std::move(form)), options_(std::move(options)) {}

  ValueType value_type() const override { return ValueType::kVarchar; }

  std::string Fingerprint() const override {
    return FingerprintBuilder(form_.function + form_.version)
        .Add(form_.input)
        .Add(form_.prompt)
        .Add(form_.language != nullptr ? form_.language->code : "")
        .Add(std::to_string(options_.max_tokens))
        .Add(std::to_string(options_.temperature))
        .Add(std::to_string(options_.temperature > 0 ? options_.seed : 0))
        .Add(options_.rows)
        .Build();
  }

  Status Run(LanguageModel& model, std::span<const std::vector<std::string>> rows,
             const RunContext& context, const AnswerSink& sink) const override {
    const auto render = [&](std::span<const std::string> args) {
      return RenderBody(form_.input, args);
    };
    const JobRows job = CollectRows(form_.input, rows, options_.rows.on_degenerate, render, sink);
    if (job.texts.empty()) return Status();
    GenerateOptions generate{.max_tokens = options_.max_tokens,
                             .temperature = options_.temperature,
                             .seed = options_.seed};
    if (form_.language != nullptr) generate.scripts = form_.language->scripts;
    return model.Generate(form_.prompt, job.texts, generate, options_.rows.on_long, context,
                          [&](size_t row, Result<Generation> generation) {
                            sink(job.indexes[row], ToAnswer(std::move(generation)));
                          });
  }

  std::unique_ptr<Task> Again(ErrorCode reason) const override {
    const bool said_no_answer =
        reason == ErrorCode::kTruncated || reason == ErrorCode::kWrongLanguage ||
        reason == ErrorCode::kDegenerateOutput || reason == ErrorCode::kBadOutput;
    if (!said_no_answer) return nullptr;
    TextForm form = form_;
    if (reason == ErrorCode::kTruncated) {
      form.prompt.tail +=
          "\n\nUse at most " + std::to_string(std::max(1, options_.max_tokens / 2)) + " words.";
    } else if (reason == ErrorCode::kWrongLanguage) {
      form.prompt.tail += "\n\nWrite in " + std::string(form_.language->name) + ".";
    }
    return std::make_unique<TextTask>(std::move(form), Warmer(options_));
  }

 private:
  Result<Answer> ToAnswer(Result<Generation> generation) const {
    if (!generation.ok()) return generation.error();
    if (generation->finish == FinishReason::kLength) {
      return Error{ErrorCode::kTruncated, form_.function + ": the answer was cut at max_tokens = " +
                                              std::to_string(options_.max_tokens) +
                                              "; raise it, or ask for less"};
    }
    const std::string_view text = Trim(generation->text);
    if (text.empty()) {
      return Error{ErrorCode::kBadOutput, form_.function + ": the model answered with blank text"};
    }
    return Answer{std::string(text), 1.0};
  }

  const TextForm form_;
  const TaskOptions options_;
};

}  // namespace

Status CheckWriting(const std::string& function, const TaskOptions& options) {
  if (options.max_tokens < 1) {
    return {
        ErrorCode::kInvalidArgument,
        function + ": max_tokens is " + std::to_string(options.max_tokens) + ", need at least 1"};
  }
  if (!(options.temperature >= 0)) {
    return {
        ErrorCode::kInvalidArgument,
        function + ": temperature is " + std::to_string(options.temperature) + ", need 0 or more"};
  }
  return {};
}

TaskOptions Warmer(TaskOptions options) {
  constexpr double kTemperature = .7;  // not yet noise
  options.temperature = std::max(options.temperature, kTemperature);
  return options;
}

Result<std::unique_ptr<Task>> MakeTextTask(TextForm form, TaskOptions options) {
  FATHOM_RETURN_IF_ERROR(CheckWriting(form.function, options));
  return std::unique_ptr<Task>(std::make_unique<TextTask>(std::move(form), std::move(options)));
}

}  // namespace fathom
