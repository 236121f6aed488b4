// ai_sentiment: a classification with four fixed labels, for the whole text or for each aspect.
#include <algorithm>
#include <cmath>

#include "semantic/classify_form.h"
#include "semantic/fingerprint.h"
#include "semantic/neutral.h"
#include "semantic/per_model.h"

namespace fathom {
namespace {

constexpr size_t kMaxAspects = 50;

// The answers are English words in every language: they are values, not wording.
const std::vector<Label>& SentimentLabels(Language language) {
  static const std::vector<Label> english{
      {"positive", "satisfied, praising, hopeful"},
      {"negative", "dissatisfied, complaining, angry, sad"},
      {"neutral", "facts or questions without feeling"},
      {"mixed", "clearly positive and clearly negative at once"}};
  static const std::vector<Label> chinese{{"positive", "正面：满意、称赞、期待"},
                                          {"negative", "负面：不满、抱怨、生气、难过"},
                                          {"neutral", "中性：陈述事实或提问，没有感情"},
                                          {"mixed", "褒贬兼有：既明显正面又明显负面"}};
  return language == Language::kChinese ? chinese : english;
}

std::string AspectTask(const std::string& aspect, Language language) {
  if (language == Language::kChinese) {
    return aspect.empty() ? "判断文字的情感。" : "判断文字对“" + aspect + "”的情感。";
  }
  return aspect.empty() ? "Decide the sentiment of the text."
                        : "Decide the sentiment of the text towards this aspect: " + aspect + ".";
}

class SentimentTask : public Task {
 public:
  // `aspects` empty: one question about the whole text.
  SentimentTask(InputTemplate input, std::vector<std::string> aspects, TaskOptions options)
      : input_(std::move(input)), aspects_(std::move(aspects)), policy_(options.rows) {
    const RowFrame frame = FrameOf(input_);
    std::string words = options.task + " " + frame.before + " " + frame.after;
    for (const std::string& aspect : aspects_) words += " " + aspect;
    language_ = DetectLanguage(words);
    std::vector<std::string> targets = aspects_;
    if (targets.empty()) targets.emplace_back();
    for (const std::string& target : targets) {
      std::string task = AspectTask(target, language_);
      if (!options.task.empty()) task = options.task + "\n" + task;
      prompts_.push_back(DefaultClassifyForm().prompts(ClassifyQuestion{
          language_, std::move(task), SentimentLabels(language_), options.examples, frame}));
    }
  }

  ValueType value_type() const override {
    return aspects_.empty() ? ValueType::kVarchar : ValueType::kVarcharMap;
  }

  std::string Fingerprint() const override {
    FingerprintBuilder fingerprint("sentiment");
    fingerprint.Add(input_).Add(policy_);
    for (const std::string& aspect : aspects_) fingerprint.Add(aspect);
    for (const std::vector<ScoredPrompt>& prompts : prompts_) fingerprint.Add(prompts);
    fingerprint.Add(std::to_string(DefaultClassifyForm().neutral_weight));
    for (const std::string& neutral : NeutralTexts(language_)) fingerprint.Add(neutral);
    return fingerprint.Build();
  }

  Status Run(LanguageModel& model, std::span<const std::vector<std::string>> rows,
             const RunContext& context, const AnswerSink& sink) const override {
    const auto render = [&](std::span<const std::string> args) { return RenderBody(input_, args); };
    const JobRows job = CollectRows(input_, rows, policy_.on_degenerate, render, sink);
    if (job.texts.empty()) return Status();
    FATHOM_ASSIGN_OR_RETURN(const std::vector<LogProbs>* leanings,
                            leanings_.Get(model, context, [&](const RunContext& apart) {
                              return Leanings(model, apart);
                            }));
    std::vector<Result<Answer>> answers(rows.size(), EmptyAnswer());
    for (size_t i = 0; i < prompts_.size(); ++i) {
      const bool last = i + 1 == prompts_.size();
      FATHOM_RETURN_IF_ERROR(ScoreRows(model, prompts_[i], job, policy_.on_long, context,
                                       [&](size_t row, Result<LogProbs> log_probs) {
                                         Decide(i, (*leanings)[i], std::move(log_probs),
                                                &answers[row]);
                                         if (last) sink(row, std::move(answers[row]));
                                       }));
    }
    return Status();
  }

 private:
  Answer EmptyAnswer() const {
    if (aspects_.empty()) return Answer{std::string(), 1.0};
    return Answer{TextMap{}, 1.0};
  }

  // Of each prompt.
  Result<std::vector<LogProbs>> Leanings(LanguageModel& model, const RunContext& context) const {
    std::vector<LogProbs> leanings;
    for (const std::vector<ScoredPrompt>& prompts : prompts_) {
      leanings.emplace_back(prompts[0].labels.size(), 0.0);
      if (DefaultClassifyForm().neutral_weight == 0) continue;
      FATHOM_ASSIGN_OR_RETURN(leanings.back(), LeaningOf(model, prompts, language_, context));
    }
    return leanings;
  }

  // Adds the sentiment of prompt `i`; the first failure of a row stays its answer.
  void Decide(size_t i, const LogProbs& leaning, Result<LogProbs> log_probs,
              Result<Answer>* answer) const {
    if (!answer->ok()) return;
    if (!log_probs.ok()) {
      *answer = log_probs.error();
      return;
    }
    TakeOff(leaning, DefaultClassifyForm().neutral_weight, &*log_probs);
    const auto best = std::max_element(log_probs->begin(), log_probs->end());
    const size_t chosen = static_cast<size_t>(best - log_probs->begin());
    const std::string& label = SentimentLabels(Language::kEnglish)[chosen].label;
    (*answer)->confidence *= std::exp(*best);
    if (aspects_.empty()) {
      (*answer)->value = label;
    } else {
      std::get<TextMap>((*answer)->value).emplace_back(aspects_[i], label);
    }
  }

  const InputTemplate input_;
  const std::vector<std::string> aspects_;
  const RowPolicy policy_;
  Language language_ = Language::kEnglish;
  std::vector<std::vector<ScoredPrompt>> prompts_;  // per aspect
  mutable PerModel<std::vector<LogProbs>> leanings_;
};

Error BadArgument(const std::string& what) {
  return Error{ErrorCode::kInvalidArgument, "ai_sentiment: " + what};
}

Result<std::vector<std::string>> CheckAspects(std::vector<std::string> aspects) {
  if (aspects.size() > kMaxAspects) {
    return BadArgument(std::to_string(aspects.size()) + " aspects, at most " +
                       std::to_string(kMaxAspects) + " are possible");
  }
  for (size_t i = 0; i < aspects.size(); ++i) {
    aspects[i] = std::string(Trim(aspects[i]));
    if (aspects[i].empty()) {
      return BadArgument("aspect " + std::to_string(i + 1) + " is blank");
    }
    if (std::count(aspects.begin(), aspects.begin() + static_cast<ptrdiff_t>(i), aspects[i]) > 0) {
      return BadArgument("aspect '" + aspects[i] + "' stands twice in the list");
    }
  }
  return aspects;
}

Status CheckExamples(const std::vector<Example>& examples) {
  for (const Example& example : examples) {
    const auto& labels = SentimentLabels(Language::kEnglish);
    const bool known = example.output.size() == 1 &&
                       std::any_of(labels.begin(), labels.end(), [&](const Label& label) {
                         return label.label == example.output[0];
                       });
    if (known && !IsBlank(example.input)) continue;
    return BadArgument(
        "every example needs an input and one of positive, negative, neutral, mixed");
  }
  return Status();
}

}  // namespace

Result<std::unique_ptr<Task>> MakeSentimentTask(InputTemplate input,
                                                std::vector<std::string> aspects,
                                                TaskOptions options) {
  FATHOM_ASSIGN_OR_RETURN(aspects, CheckAspects(std::move(aspects)));
  FATHOM_RETURN_IF_ERROR(CheckExamples(options.examples));
  return std::unique_ptr<Task>(
      std::make_unique<SentimentTask>(std::move(input), std::move(aspects), std::move(options)));
}

}  // namespace fathom
