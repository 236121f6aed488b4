// ai_agg and ai_summarize_agg: one answer about all texts of a group. As many texts as fit are read
// together (map); what comes of several such parts is read together in turn (reduce), until one
// answer is left. A round asks the parts of all groups in one job.
#include <algorithm>
#include <map>

#include "semantic/fingerprint.h"
#include "semantic/rows.h"
#include "semantic/text.h"
#include "semantic/text_parts.h"
#include "semantic/text_task.h"

namespace fathom {
namespace {

// Tokens of one part: small models lose the thread in much more, and attention costs their square.
constexpr int64_t kPartTokens = 2000;

using Texts = std::vector<std::string>;
using Rows = std::vector<std::vector<std::string>>;

struct Group {
  size_t row;   // of the caller
  Texts texts;  // to be read in this round
};

// Without what cannot be read. Errors: kEmptyInput when nothing is left; kDegenerateInput.
Result<Texts> SoundTexts(Texts texts, OnDegenerate on_degenerate) {
  Texts sound;
  for (std::string& text : texts) {
    if (IsBlank(text)) continue;
    const Status status = MakeSound(on_degenerate, &text);
    if (!status.ok() && on_degenerate == OnDegenerate::kFail) return status.error();
    if (status.ok()) sound.push_back(std::move(text));
  }
  if (!sound.empty()) return sound;
  return Error{ErrorCode::kEmptyInput, "no text in the group: nothing to ask the model about"};
}

// Rows that fail are asked once more, as Task::Again has it.
Status RunTwice(const Task& task, LanguageModel& model, const Rows& rows, const RunContext& context,
                const AnswerSink& sink) {
  std::map<ErrorCode, std::vector<size_t>> failed;
  FATHOM_RETURN_IF_ERROR(task.Run(model, rows, context, [&](size_t row, Result<Answer> answer) {
    if (!answer.ok() && task.Again(answer.error().code) != nullptr) {
      failed[answer.error().code].push_back(row);
    } else {
      sink(row, std::move(answer));
    }
  }));
  for (const auto& [reason, indexes] : failed) {
    Rows again;
    for (const size_t index : indexes) again.push_back(rows[index]);
    FATHOM_RETURN_IF_ERROR(task.Again(reason)->Run(
        model, again, context,
        [&](size_t row, Result<Answer> answer) { sink(indexes[row], std::move(answer)); }));
  }
  return {};
}

class AggregateTask : public Task {
 public:
  AggregateTask(std::unique_ptr<Task> map, std::unique_ptr<Task> reduce, TaskOptions options)
      : map_(std::move(map)), reduce_(std::move(reduce)), options_(std::move(options)) {}

  ValueType value_type() const override { return ValueType::kVarchar; }
  bool has_parts() const override { return true; }

  std::string Fingerprint() const override {
    return FingerprintBuilder("aggregate")
        .Add(map_->Fingerprint())
        .Add(reduce_->Fingerprint())
        .Add(std::to_string(kPartTokens))
        .Add(options_.rows)
        .Build();
  }

  Status Run(LanguageModel& model, std::span<const std::vector<std::string>> rows,
             const RunContext& context, const AnswerSink& sink) const override {
    std::vector<Group> open = ReadGroups(rows, sink);
    for (bool is_first = true; !open.empty(); is_first = false) {
      FATHOM_RETURN_IF_ERROR(context.Check());
      FATHOM_RETURN_IF_ERROR(RunRound(model, is_first, context, sink, &open));
    }
    return {};
  }

 private:
  // A row's only argument is the group's texts. Reports the groups that have nothing to read.
  std::vector<Group> ReadGroups(std::span<const std::vector<std::string>> rows,
                                const AnswerSink& sink) const {
    std::vector<Group> groups;
    for (size_t row = 0; row < rows.size(); ++row) {
      Result<Texts> texts = ReadTexts(rows[row].at(0));
      if (texts.ok()) texts = SoundTexts(*std::move(texts), options_.rows.on_degenerate);
      if (texts.ok()) {
        groups.push_back({row, *std::move(texts)});
      } else {
        sink(row, texts.error());
      }
    }
    return groups;
  }

  // Reads every group of `open` in parts. Those of one part are answered, the others stay open with
  // the answers to their parts as texts.
  Status RunRound(LanguageModel& model, bool is_first, const RunContext& context,
                  const AnswerSink& sink, std::vector<Group>* open) const {
    const size_t texts_min = is_first ? 1 : 2;  // else nothing would become less
    Rows parts;
    std::vector<size_t> ends;  // of each group's parts
    for (const Group& group : *open) {
      FATHOM_ASSIGN_OR_RETURN(const Texts own,
                              PartsOf(model, group.texts, PartTokens(model), texts_min));
      for (const std::string& part : own) parts.push_back({part});
      ends.push_back(parts.size());
    }
    std::vector<Result<Answer>> answers(parts.size(), Error{ErrorCode::kBadOutput, ""});
    const Task& task = is_first ? *map_ : *reduce_;
    FATHOM_RETURN_IF_ERROR(
        RunTwice(task, model, parts, context,
                 [&](size_t part, Result<Answer> answer) { answers[part] = std::move(answer); }));
    std::vector<Group> left;
    size_t begin = 0;
    for (size_t group = 0; group < ends.size(); begin = ends[group++]) {
      const auto own = std::span(answers).subspan(begin, ends[group] - begin);
      const size_t row = (*open)[group].row;
      const auto failed = std::ranges::find_if(own, [](const auto& a) { return !a.ok(); });
      if (own.size() == 1 || failed != own.end()) {
        sink(row, own.size() == 1 ? std::move(own[0]) : std::move(*failed));
      } else {
        left.push_back({row, ValuesOf(own)});
      }
    }
    *open = std::move(left);
    return {};
  }

  static Texts ValuesOf(std::span<Result<Answer>> answers) {
    Texts texts;
    for (Result<Answer>& answer : answers) {
      texts.push_back(std::get<std::string>(std::move(answer->value)));
    }
    return texts;
  }

  int64_t PartTokens(const LanguageModel& model) const {
    const int64_t room = model.Info().context_tokens - options_.max_tokens;
    return std::clamp(room / 2, int64_t{1}, kPartTokens);
  }

  const std::unique_ptr<Task> map_;
  const std::unique_ptr<Task> reduce_;
  const TaskOptions options_;
};

// What is said before the texts and behind them.
struct Wording {
  std::string map;
  std::string reduce;
  std::string answer;
};

Result<std::unique_ptr<Task>> MakeAggregate(const std::string& function, const Wording& wording,
                                            const NaturalLanguage* language, TaskOptions options) {
  TaskOptions part = options;
  part.rows.on_degenerate = OnDegenerate::kPass;  // each text was looked at
  const auto make = [&](const std::string& version, const std::string& head) {
    return MakeTextTask({.function = function,
                         .version = version,
                         .input = {{"", ""}, {0}},
                         .prompt = {.head = head, .tail = "\n" + wording.answer},
                         .language = language},
                        part);
  };
  FATHOM_ASSIGN_OR_RETURN(std::unique_ptr<Task> map, make(" map 1", wording.map));
  FATHOM_ASSIGN_OR_RETURN(std::unique_ptr<Task> reduce, make(" reduce 1", wording.reduce));
  return std::unique_ptr<Task>(
      std::make_unique<AggregateTask>(std::move(map), std::move(reduce), std::move(options)));
}

}  // namespace

Result<std::unique_ptr<Task>> MakeAggregateTask(const std::string& instruction,
                                                TaskOptions options) {
  if (IsBlank(instruction)) {
    return Error{ErrorCode::kInvalidArgument, "ai_agg: the instruction is blank"};
  }
  const Wording wording{
      .map = instruction + "\n\nTexts:\n",
      .reduce = instruction +
                "\n\nThe texts were read in parts. Combine the answers for the parts into one "
                "answer.\n\nAnswers for the parts:\n",
      .answer = "Answer:"};
  return MakeAggregate("ai_agg", wording, nullptr, std::move(options));
}

Result<std::unique_ptr<Task>> MakeSummarizeAggregateTask(const NaturalLanguage* language,
                                                         TaskOptions options) {
  std::string in = language != nullptr
                       ? "Write in " + std::string(language->name) + "."
                       : "Write in the same language as the texts (Chinese texts: 用中文总结).";
  if (!options.task.empty()) in += " " + options.task;
  const Wording wording{
      .map = "Summarize what the following texts say together, in one to three short sentences. " +
             in + "\n\nTexts:\n",
      .reduce =
          "The following are summaries of parts of one collection of texts. Combine them into "
          "one summary of the whole, in one to three short sentences. " +
          in + "\n\nSummaries:\n",
      .answer = "Summary:"};
  return MakeAggregate("ai_summarize_agg", wording, language, std::move(options));
}

}  // namespace fathom
