// ai_filter: is a statement true of a row? Both answers are scored, nothing is decoded per row.
//   1. once per model: the statement's opposite (decoded), then the prompts, then the model's
//      leaning on texts that say nothing
//   2. per row: log-odds of true, less a share of that leaning
#include <cmath>

#include "semantic/filter_form.h"
#include "semantic/fingerprint.h"
#include "semantic/neutral.h"
#include "semantic/opposite.h"
#include "semantic/per_model.h"

namespace fathom {
namespace {

// What step 1 found for one model.
struct Prepared {
  std::vector<ScoredPrompt> prompts;
  LogProbs leaning;
};

class FilterTask : public Task {
 public:
  FilterTask(InputTemplate input, TaskOptions options, FilterForm form)
      : input_(std::move(input)), policy_(options.rows), form_(std::move(form)) {
    std::string words = options.task;
    for (const std::string& constant : input_.constants) words += " " + constant;
    question_.language = DetectLanguage(words);
    question_.statement = StatementOf(input_, question_.language);
    question_.task = options.task;
    question_.examples = options.examples;
  }

  ValueType value_type() const override { return ValueType::kBoolean; }

  // The opposite is the model's: the question asked for it stands here in its place, and the
  // wording that would use it is shown on a pair of sentences of its own.
  std::string Fingerprint() const override {
    FingerprintBuilder fingerprint("filter");
    fingerprint.Add(input_)
        .Add(policy_)
        .Add(std::to_string(form_.neutral_weight))
        .Add(form_.prompts(question_));
    for (const std::string& neutral : NeutralTexts(question_.language)) fingerprint.Add(neutral);
    if (form_.needs_opposite) {
      FilterQuestion pair = question_;
      pair.statement = "a b";
      pair.opposite = "a c";
      fingerprint.Add(OppositePrompt(question_.language)).Add(form_.prompts(pair));
    }
    return fingerprint.Build();
  }

  Status Run(LanguageModel& model, std::span<const std::vector<std::string>> rows,
             const RunContext& context, const AnswerSink& sink) const override {
    const auto render = [&](std::span<const std::string> args) {
      return FilterRowText(input_, question_.language, args);
    };
    const JobRows job = CollectRows(input_, rows, policy_.on_degenerate, render, sink);
    if (job.texts.empty()) return Status();
    FATHOM_ASSIGN_OR_RETURN(const Prepared* prepared,
                            prepared_.Get(model, context, [&](const RunContext& apart) {
                              return Prepare(model, apart);
                            }));
    return ScoreRows(model, prepared->prompts, job, policy_.on_long, context,
                     [&](size_t row, Result<LogProbs> log_probs) {
                       sink(row, ToAnswer(std::move(log_probs), prepared->leaning));
                     });
  }

 private:
  Result<Answer> ToAnswer(Result<LogProbs> log_probs, const LogProbs& leaning) const {
    if (!log_probs.ok()) return log_probs.error();
    TakeOff(leaning, form_.neutral_weight, &*log_probs);
    const bool holds = (*log_probs)[0] > (*log_probs)[1];
    return Answer{holds, std::exp((*log_probs)[holds ? 0 : 1])};
  }

  Result<Prepared> Prepare(LanguageModel& model, const RunContext& context) const {
    FilterQuestion question = question_;
    if (form_.needs_opposite && !question.statement.empty()) {
      FATHOM_ASSIGN_OR_RETURN(question.opposite,
                              WriteOpposite(model, question.statement, question.language, context));
    }
    Prepared prepared{form_.prompts(question), LogProbs(2, 0.0)};
    if (form_.neutral_weight != 0 && !question.statement.empty()) {
      FATHOM_ASSIGN_OR_RETURN(prepared.leaning,
                              LeaningOf(model, prepared.prompts, question.language, context));
    }
    return prepared;
  }

  const InputTemplate input_;
  const RowPolicy policy_;
  const FilterForm form_;
  FilterQuestion question_;
  mutable PerModel<Prepared> prepared_;
};

Status CheckExamples(const std::vector<Example>& examples) {
  for (const Example& example : examples) {
    const bool is_boolean =
        example.output.size() == 1 && (example.output[0] == "true" || example.output[0] == "false");
    if (is_boolean && !IsBlank(example.input)) continue;
    return Status(ErrorCode::kInvalidArgument,
                  "ai_filter: every example needs an input and the output true or false");
  }
  return Status();
}

}  // namespace

Result<std::unique_ptr<Task>> MakeFilterTask(InputTemplate input, TaskOptions options,
                                             FilterForm form) {
  FATHOM_RETURN_IF_ERROR(CheckExamples(options.examples));
  return std::unique_ptr<Task>(
      std::make_unique<FilterTask>(std::move(input), std::move(options), std::move(form)));
}

Result<std::unique_ptr<Task>> MakeFilterTask(InputTemplate input, TaskOptions options) {
  return MakeFilterTask(std::move(input), std::move(options), DefaultFilterForm());
}

}  // namespace fathom
