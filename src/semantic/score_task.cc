// ai_score: the expected value of the scale's numbers under the model, a real number that sorts.
#include <algorithm>
#include <cmath>

#include "semantic/fingerprint.h"
#include "semantic/score_form.h"

namespace fathom {
namespace {

constexpr int kMaxSteps = 100;  // numbers on a scale; each is a label to score

Error BadArgument(const std::string& what) {
  return Error{ErrorCode::kInvalidArgument, "ai_score: " + what};
}

class ScoreTask : public Task {
 public:
  ScoreTask(InputTemplate input, ScoreQuestion question, TaskOptions options)
      : input_(std::move(input)),
        low_(question.low),
        policy_(options.rows),
        prompts_{ScalePrompt(question)} {}

  ValueType value_type() const override { return ValueType::kDouble; }

  std::string Fingerprint() const override {
    return FingerprintBuilder("score").Add(input_).Add(prompts_).Add(policy_).Build();
  }

  Status Run(LanguageModel& model, std::span<const std::vector<std::string>> rows,
             const RunContext& context, const AnswerSink& sink) const override {
    const auto render = [&](std::span<const std::string> args) { return RenderBody(input_, args); };
    const JobRows job = CollectRows(input_, rows, policy_.on_degenerate, render, sink);
    return ScoreRows(
        model, prompts_, job, policy_.on_long, context,
        [&](size_t row, Result<LogProbs> log_probs) { sink(row, ToAnswer(std::move(log_probs))); });
  }

 private:
  // The value is a mean, so its confidence is that of the number nearest to it.
  Result<Answer> ToAnswer(Result<LogProbs> log_probs) const {
    if (!log_probs.ok()) return log_probs.error();
    double mean = 0;
    for (size_t i = 0; i < log_probs->size(); ++i) {
      mean += std::exp((*log_probs)[i]) * static_cast<double>(low_ + static_cast<int>(i));
    }
    const long nearest =
        std::clamp(std::lround(mean) - low_, 0L, static_cast<long>(log_probs->size()) - 1);
    return Answer{mean, std::exp((*log_probs)[static_cast<size_t>(nearest)])};
  }

  const InputTemplate input_;
  const int low_;
  const RowPolicy policy_;
  const std::vector<ScoredPrompt> prompts_;
};

Status CheckExamples(const std::vector<Example>& examples, int low, int high) {
  for (const Example& example : examples) {
    bool on_scale = false;
    for (int value = low; value <= high && example.output.size() == 1; ++value) {
      on_scale = on_scale || example.output[0] == std::to_string(value);
    }
    if (on_scale && !IsBlank(example.input)) continue;
    return BadArgument("every example needs an input and a whole number from " +
                       std::to_string(low) + " to " + std::to_string(high));
  }
  return Status();
}

}  // namespace

Result<std::unique_ptr<Task>> MakeScoreTask(InputTemplate input, std::string criterion, int low,
                                            int high, TaskOptions options) {
  if (IsBlank(criterion)) return BadArgument("the criterion is blank");
  if (low >= high) {
    return BadArgument("the scale goes from " + std::to_string(low) + " to " +
                       std::to_string(high) + "; its first number must be below its last");
  }
  if (int64_t{high} - low >= kMaxSteps) {
    return BadArgument("the scale has more than " + std::to_string(kMaxSteps) +
                       " steps; use a coarser one (the answer is a real number anyway)");
  }
  FATHOM_RETURN_IF_ERROR(CheckExamples(options.examples, low, high));
  const Language language = DetectLanguage(options.task + " " + criterion);
  ScoreQuestion question{language,         options.task,  std::string(Trim(criterion)), low, high,
                         options.examples, FrameOf(input)};
  return std::unique_ptr<Task>(
      std::make_unique<ScoreTask>(std::move(input), std::move(question), std::move(options)));
}

}  // namespace fathom
