// ai_classify: the log-probability of every label decides; several labels may hold with
// output_mode = 'multi', where each label is a yes/no question of its own.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "semantic/classify_form.h"
#include "semantic/filter_form.h"
#include "semantic/fingerprint.h"
#include "semantic/neutral.h"
#include "semantic/per_model.h"
#include "semantic/text.h"

namespace fathom {
namespace {

constexpr size_t kMaxLabels = 500;

Error BadArgument(const std::string& what) {
  return Error{ErrorCode::kInvalidArgument, "ai_classify: " + what};
}

Result<std::vector<Label>> CheckLabels(std::vector<Label> labels) {
  if (labels.size() < 2) {
    return BadArgument("label list has " + std::to_string(labels.size()) +
                       (labels.size() == 1 ? " entry" : " entries") + ", need at least 2");
  }
  if (labels.size() > kMaxLabels) {
    return BadArgument("label list has " + std::to_string(labels.size()) + " entries, at most " +
                       std::to_string(kMaxLabels) +
                       " are possible; classify into groups first, then within each group");
  }
  std::map<std::string, size_t> seen;
  for (size_t i = 0; i < labels.size(); ++i) {
    labels[i].label = std::string(Trim(labels[i].label));
    labels[i].description = std::string(Trim(labels[i].description));
    if (labels[i].label.empty()) {
      return BadArgument("label " + std::to_string(i + 1) + " is blank");
    }
    const auto [known, is_new] = seen.emplace(labels[i].label, i);
    if (!is_new) {
      return BadArgument("label '" + labels[i].label + "' stands twice in the list, as number " +
                         std::to_string(known->second + 1) + " and " + std::to_string(i + 1));
    }
  }
  return labels;
}

Status CheckExamples(const std::vector<Example>& examples, const std::vector<Label>& labels,
                     bool multi) {
  std::set<std::string> names;
  for (const Label& label : labels) names.insert(label.label);
  for (const Example& example : examples) {
    if (IsBlank(example.input)) return BadArgument("an example has a blank input");
    if (!multi && example.output.size() != 1) {
      return BadArgument("every example needs exactly one label");
    }
    for (const std::string& output : example.output) {
      if (!names.contains(output)) {
        return BadArgument("example label '" + output + "' is not in the label list");
      }
    }
  }
  return Status();
}

Language LanguageOf(const InputTemplate& input, const std::vector<Label>& labels,
                    const TaskOptions& options) {
  std::string words = options.task + " ";
  for (const std::string& constant : input.constants) words += constant + " ";
  for (const Label& label : labels) words += label.label + " " + label.description + " ";
  return DetectLanguage(words);
}

class ClassifyTask : public Task {
 public:
  ClassifyTask(InputTemplate input, ClassifyQuestion question, TaskOptions options,
               ClassifyForm form)
      : input_(std::move(input)),
        question_(std::move(question)),
        policy_(options.rows),
        prompts_(form.prompts(question_)),
        neutral_weight_(form.neutral_weight) {}

  ValueType value_type() const override { return ValueType::kVarchar; }

  std::string Fingerprint() const override {
    FingerprintBuilder fingerprint("classify");
    fingerprint.Add(input_).Add(prompts_).Add(policy_);
    for (const Label& label : question_.labels) fingerprint.Add(label.label);
    fingerprint.Add(std::to_string(neutral_weight_));
    for (const std::string& neutral : NeutralTexts(question_.language)) fingerprint.Add(neutral);
    return fingerprint.Build();
  }

  Status Run(LanguageModel& model, std::span<const std::vector<std::string>> rows,
             const RunContext& context, const AnswerSink& sink) const override {
    const auto render = [&](std::span<const std::string> args) { return RenderBody(input_, args); };
    const JobRows job = CollectRows(input_, rows, policy_.on_degenerate, render, sink);
    if (job.texts.empty()) return Status();
    FATHOM_ASSIGN_OR_RETURN(const LogProbs* leaning,
                            leaning_.Get(model, context, [&](const RunContext& apart) {
                              return Leaning(model, apart);
                            }));
    return ScoreRows(model, prompts_, job, policy_.on_long, context,
                     [&](size_t row, Result<LogProbs> log_probs) {
                       sink(row, ToAnswer(std::move(log_probs), *leaning));
                     });
  }

 private:
  Result<LogProbs> Leaning(LanguageModel& model, const RunContext& context) const {
    if (neutral_weight_ == 0) return LogProbs(question_.labels.size(), 0.0);
    return LeaningOf(model, prompts_, question_.language, context);
  }

  Result<Answer> ToAnswer(Result<LogProbs> log_probs, const LogProbs& leaning) const {
    if (!log_probs.ok()) return log_probs.error();
    TakeOff(leaning, neutral_weight_, &*log_probs);
    const auto best = std::max_element(log_probs->begin(), log_probs->end());
    const size_t chosen = static_cast<size_t>(best - log_probs->begin());
    return Answer{question_.labels[chosen].label, std::exp(*best)};
  }

  const InputTemplate input_;
  const ClassifyQuestion question_;
  const RowPolicy policy_;
  const std::vector<ScoredPrompt> prompts_;
  const double neutral_weight_;
  mutable PerModel<LogProbs> leaning_;
};

class MultiClassifyTask : public Task {
 public:
  MultiClassifyTask(InputTemplate input, ClassifyQuestion question, TaskOptions options)
      : input_(std::move(input)),
        question_(std::move(question)),
        policy_(options.rows),
        prompts_(MultiPrompts(question_)) {}

  ValueType value_type() const override { return ValueType::kVarcharList; }

  std::string Fingerprint() const override {
    FingerprintBuilder fingerprint("classify multi");
    fingerprint.Add(input_).Add(policy_);
    for (const std::vector<ScoredPrompt>& prompts : prompts_) fingerprint.Add(prompts);
    return fingerprint.Build();
  }

  Status Run(LanguageModel& model, std::span<const std::vector<std::string>> rows,
             const RunContext& context, const AnswerSink& sink) const override {
    const auto render = [&](std::span<const std::string> args) { return RenderBody(input_, args); };
    const JobRows job = CollectRows(input_, rows, policy_.on_degenerate, render, sink);
    std::vector<Result<Answer>> answers(rows.size(), Answer{std::vector<std::string>{}, 1.0});
    for (size_t label = 0; label < prompts_.size(); ++label) {
      const bool last = label + 1 == prompts_.size();
      FATHOM_RETURN_IF_ERROR(ScoreRows(model, prompts_[label], job, policy_.on_long, context,
                                       [&](size_t row, Result<LogProbs> log_probs) {
                                         Decide(label, log_probs, &answers[row]);
                                         if (last) sink(row, std::move(answers[row]));
                                       }));
    }
    return Status();
  }

 private:
  // Adds the label to the answer if it fits; the first failure of a row stays its answer.
  void Decide(size_t label, const Result<LogProbs>& log_probs, Result<Answer>* answer) const {
    if (!answer->ok()) return;
    if (!log_probs.ok()) {
      *answer = log_probs.error();
      return;
    }
    const bool fits = (*log_probs)[0] > (*log_probs)[1];
    (*answer)->confidence *= std::exp((*log_probs)[fits ? 0 : 1]);
    if (fits) {
      std::get<std::vector<std::string>>((*answer)->value).push_back(question_.labels[label].label);
    }
  }

  const InputTemplate input_;
  const ClassifyQuestion question_;
  const RowPolicy policy_;
  const std::vector<std::vector<ScoredPrompt>> prompts_;  // per label
};

}  // namespace

Result<std::unique_ptr<Task>> MakeClassifyTask(InputTemplate input, std::vector<Label> labels,
                                               TaskOptions options, ClassifyForm form) {
  FATHOM_ASSIGN_OR_RETURN(labels, CheckLabels(std::move(labels)));
  FATHOM_RETURN_IF_ERROR(CheckExamples(options.examples, labels, options.multi));
  ClassifyQuestion question{LanguageOf(input, labels, options), options.task, std::move(labels),
                            options.examples, FrameOf(input)};
  if (options.multi) {
    return std::unique_ptr<Task>(std::make_unique<MultiClassifyTask>(
        std::move(input), std::move(question), std::move(options)));
  }
  return std::unique_ptr<Task>(std::make_unique<ClassifyTask>(std::move(input), std::move(question),
                                                              std::move(options), std::move(form)));
}

Result<std::unique_ptr<Task>> MakeClassifyTask(InputTemplate input, std::vector<Label> labels,
                                               TaskOptions options) {
  return MakeClassifyTask(std::move(input), std::move(labels), std::move(options),
                          DefaultClassifyForm());
}

}  // namespace fathom
