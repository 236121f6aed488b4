// A semantic operator, without SQL around it: from inputs to prompts, from model output to typed
// values. One file per task; duck/ registers each as a function.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "base/run_context.h"
#include "llm/language_model.h"
#include "semantic/pii/pii_category.h"
#include "semantic/typed/answer_format.h"

namespace fathom {

// The input of a call, cut into what all rows share and what each row brings:
//   constants[0] + args[slots[0]] + constants[1] + args[slots[1]] + ... + constants[n]
// Plain text input: constants {"", ""}, slots {0}.
// REQUIRES constants.size() == slots.size() + 1
struct InputTemplate {
  std::vector<std::string> constants;
  std::vector<size_t> slots;

  std::string Render(std::span<const std::string> args) const;
};

// Parses the template of SQL's prompt(): '{0}' '{1}' are placeholders, '{{' and '}}' literal
// braces. Errors: kInvalidArgument for a placeholder >= args, a stray brace (with its position), or
// an argument no placeholder uses.
Result<InputTemplate> ParsePromptTemplate(const std::string& text, size_t args);

enum class ValueType { kBoolean, kDouble, kVarchar, kVarcharList, kVarcharMap, kJson };

using TextMap = std::vector<std::pair<std::string, std::string>>;
// A value of a type that only SQL has, written as JSON.
struct JsonText {
  std::string text;
  // Of each leaf (typed/json_tree.h) the log-probability of what was decided to write it.
  std::vector<double> log_probs;

  bool operator==(const JsonText&) const = default;
};
using TaskValue =
    std::variant<bool, double, std::string, std::vector<std::string>, TextMap, JsonText>;

struct Answer {
  TaskValue value;        // the alternative that ValueType names
  double confidence = 0;  // probability of the value under the model, 0..1; 1 for free text
};

// Called once per row, in any order, from one thread at a time.
using AnswerSink = std::function<void(size_t row, Result<Answer> answer)>;

// Threads: Run may be called concurrently.
class Task {
 public:
  virtual ~Task() = default;

  virtual ValueType value_type() const = 0;

  // Two tasks with equal fingerprints give equal answers to equal inputs (same model).
  virtual std::string Fingerprint() const = 0;

  // Answers every row; `rows[i]` holds the template's arguments (none NULL; the caller has made the
  // rows distinct). Rows whose arguments are all blank get kEmptyInput and never reach the model.
  // Errors: as LanguageModel::Score, per row to the sink, for the job as the returned Status.
  virtual Status Run(LanguageModel& model, std::span<const std::vector<std::string>> rows,
                     const RunContext& context, const AnswerSink& sink) const = 0;

  // Are rows answered in parts, each a job's row of its own, whose answers are worth keeping?
  virtual bool has_parts() const { return false; }

  // What a row that failed for `reason` is asked instead, once; null = it would fail again.
  virtual std::unique_ptr<Task> Again(ErrorCode reason) const {
    (void)reason;
    return nullptr;
  }
};

struct Label {
  std::string label;
  std::string description;  // empty = none
};

struct Example {
  std::string input;
  std::vector<std::string> output;  // the label(s), 'true'/'false' for filters, or the text
};

// What happens to a value of a row that is no sound text (base/text_quality.h): it is read as it
// is, up to where it is sound, or the row fails with kDegenerateInput.
enum class OnDegenerate { kPass, kTrim, kFail };

struct RowPolicy {
  OnLong on_long = OnLong::kFail;
  OnDegenerate on_degenerate = OnDegenerate::kPass;
};

// What options of sql.md mean to tasks. A task that does not know a set option must not be given
// it: duck/ rejects it by name when the query is bound.
struct TaskOptions {
  std::string task;  // what is being decided, in the user's words
  std::vector<Example> examples;
  bool multi = false;  // output_mode = 'multi'
  int max_tokens = 256;
  double temperature = 0;
  uint64_t seed = 0;
  RowPolicy rows;
  bool verbatim = true;  // what the input does not say is no answer (ai_extract)
};

// All factories: kInvalidArgument with a message that starts with the SQL function's name.
Result<std::unique_ptr<Task>> MakeFilterTask(InputTemplate input, TaskOptions options);
// Errors also: fewer than 2 labels, blank or duplicate labels, more than 500.
Result<std::unique_ptr<Task>> MakeClassifyTask(InputTemplate input, std::vector<Label> labels,
                                               TaskOptions options);
// Expected value over the scale `low`..`high` (1..5 unless the query says otherwise).
Result<std::unique_ptr<Task>> MakeScoreTask(InputTemplate input, std::string criterion, int low,
                                            int high, TaskOptions options);
// No aspects: kVarchar, one of positive, negative, neutral, mixed. With aspects: kVarcharMap.
Result<std::unique_ptr<Task>> MakeSentimentTask(InputTemplate input,
                                                std::vector<std::string> aspects,
                                                TaskOptions options);
// kVarchar without a format or with one that is no JSON, else kJson.
Result<std::unique_ptr<Task>> MakeCompleteTask(InputTemplate input, TaskOptions options,
                                               std::optional<AnswerFormat> format = std::nullopt);
// kJson: an object of `fields`, each null where the input does not say it.
// REQUIRES fields.type is a struct
Result<std::unique_ptr<Task>> MakeExtractTask(InputTemplate input, AnswerFormat fields,
                                              TaskOptions options);
// In `language`; null = in the text's own.
Result<std::unique_ptr<Task>> MakeSummarizeTask(InputTemplate input,
                                                const NaturalLanguage* language,
                                                TaskOptions options);
// `from`: null = whatever it is.
Result<std::unique_ptr<Task>> MakeTranslateTask(InputTemplate input, const NaturalLanguage* from,
                                                const NaturalLanguage& to, TaskOptions options);

// The input with everything of `categories` replaced by its category in brackets; with spans kJson,
// {"value", "spans": [{"start", "end", "category", "text"}]}, in characters. A row that fails is an
// error: nothing comes out half redacted. REQUIRES a category of PiiCategories::ByModel()
Result<std::unique_ptr<Task>> MakeRedactTask(InputTemplate input, PiiCategories categories,
                                             bool with_spans, TaskOptions options);
// About all texts of a group: a row's only argument is a JSON array of them, in the order in which
// they are read. Blank texts and those of which `rows.on_degenerate` leaves nothing do not count.
// The task has parts.
Result<std::unique_ptr<Task>> MakeAggregateTask(const std::string& instruction,
                                                TaskOptions options);
Result<std::unique_ptr<Task>> MakeSummarizeAggregateTask(const NaturalLanguage* language,
                                                         TaskOptions options);

}  // namespace fathom
