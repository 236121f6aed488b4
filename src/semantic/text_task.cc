#include "semantic/text_task.h"

#include <algorithm>

#include "semantic/fingerprint.h"
#include "semantic/rows.h"
#include "semantic/text.h"

namespace fathom {
namespace {

// Leaves a loop or a language behind in most cases, and is not yet noise.
constexpr double kTemperatureAgain = .7;

class TextTask : public Task {
 public:
  TextTask(TextForm form, TaskOptions options)
      : form_(std::move(form)), options_(std::move(options)) {}

  ValueType value_type() const override { return form_.value_type; }

  std::string Fingerprint() const override {
    return FingerprintBuilder(form_.function + form_.version)
        .Add(form_.input)
        .Add(form_.prompt)
        .Add(form_.language != nullptr ? form_.language->code : "")
        .Add(form_.pattern ? form_.pattern->key() : "")
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
                             .seed = options_.seed,
                             .pattern = form_.pattern};
    if (form_.language != nullptr) generate.scripts = form_.language->scripts;
    return model.Generate(form_.prompt, job.texts, generate, options_.rows.on_long, context,
                          [&](size_t row, Result<Generation> generation) {
                            const size_t index = job.indexes[row];
                            sink(index, ToAnswer(std::move(generation), rows[index]));
                          });
  }

  std::unique_ptr<Task> Again(ErrorCode reason) const override {
    TextForm form = form_;
    switch (reason) {
      case ErrorCode::kDegenerateOutput: break;
      case ErrorCode::kBadOutput:
        if (form_.pattern) return nullptr;
        break;
      case ErrorCode::kTruncated:
        if (form_.pattern) return nullptr;
        form.prompt.tail +=
            "\n\nUse at most " + std::to_string(std::max(1, options_.max_tokens / 2)) + " words.";
        break;
      case ErrorCode::kWrongLanguage:
        form.prompt.tail += "\n\nWrite in " + std::string(form_.language->name) + ".";
        break;
      default: return nullptr;
    }
    TaskOptions options = options_;
    if (options.temperature == 0) options.seed = 0;  // the fingerprint has none
    options.temperature = std::max(options.temperature, kTemperatureAgain);
    return std::make_unique<TextTask>(std::move(form), std::move(options));
  }

 private:
  Result<Answer> ToAnswer(Result<Generation> generation, std::span<const std::string> args) const {
    if (!generation.ok()) return generation.error();
    if (form_.read) return form_.read(*generation, args);
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

}  // namespace

Result<std::unique_ptr<Task>> MakeTextTask(TextForm form, TaskOptions options) {
  FATHOM_ASSERT((form.pattern != nullptr) == (form.read != nullptr));
  FATHOM_RETURN_IF_ERROR(CheckWriting(form.function, options));
  return std::unique_ptr<Task>(std::make_unique<TextTask>(std::move(form), std::move(options)));
}

}  // namespace fathom
