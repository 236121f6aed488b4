#include "duck/ai_functions.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "duck/ai_call.h"
#include "duck/answer_vector.h"
#include "duck/call_options.h"
#include "duck/input_expression.h"
#include "duck/model_names.h"
#include "duck/prompt_function.h"
#include "duck/query_state.h"
#include "duck/register_function.h"
#include "duck/row_cursor.h"
#include "duck/settings.h"

namespace fathom {
namespace {

using duckdb::ClientContext;
using duckdb::Expression;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::ScalarFunction;
using duckdb::Value;
using Arguments = duckdb::vector<duckdb::unique_ptr<Expression>>;
using BindResult = duckdb::unique_ptr<duckdb::FunctionData>;

constexpr std::string_view kFilterOptions[] = {"task",    "examples",  "model",
                                               "on_long", "symmetric", "details"};
constexpr std::string_view kClassifyOptions[] = {"task",  "examples", "output_mode",
                                                 "model", "on_long",  "details"};
constexpr std::string_view kScoreOptions[] = {"scale", "task",    "examples",
                                              "model", "on_long", "details"};
constexpr std::string_view kSentimentOptions[] = {"task", "examples", "model", "on_long",
                                                  "details"};
constexpr std::string_view kCompleteOptions[] = {
    "response_format", "examples", "model", "max_tokens", "temperature", "on_long", "details"};
constexpr std::string_view kExtractOptions[] = {"task",       "examples", "verbatim", "model",
                                                "max_tokens", "on_long",  "details",  "quotes"};

// One call while it is being bound: its constant arguments are read one after the other.
class CallBinder {
 public:
  CallBinder(ClientContext& context, const char* function, Arguments& arguments)
      : context_(context), function_(function), arguments_(arguments) {
    for (const auto& argument : arguments) {
      if (argument->return_type.id() == LogicalTypeId::UNKNOWN) {
        throw duckdb::ParameterNotResolvedException();  // of a prepared statement: bound on EXECUTE
      }
    }
    settings_ = ReadSettings(context);
    options.task.seed = settings_.seed;
  }

  // Errors: fewer or more arguments than `usage` shows.
  void CheckCount(size_t min, size_t max, const char* usage) const {
    if (arguments_.size() >= min && arguments_.size() <= max) return;
    throw duckdb::BinderException(std::string(function_) + ": " +
                                  std::to_string(arguments_.size()) +
                                  " arguments do not fit; usage: " + usage);
  }

  Value Constant(size_t index, std::string_view what) const {
    return FoldConstant(context_, function_, what, *arguments_[index]);
  }

  std::string Text(size_t index, std::string_view what) const {
    return ReadText(function_, what, Constant(index, what));
  }

  // The options struct at `index`, if the call has that many arguments.
  void Options(size_t index, std::span<const std::string_view> known) {
    if (index < arguments_.size()) {
      ReadOptions(function_, known, Constant(index, "the options"), &options);
    }
  }

  // An input can be a struct too, when prompt() made it.
  bool IsOptions(size_t index) const {
    const LogicalType& type = arguments_[index]->return_type;
    return type.id() == LogicalTypeId::STRUCT && !IsPromptType(type);
  }

  bool IsBoolean(size_t index) const {
    return arguments_[index]->return_type.id() == LogicalTypeId::BOOLEAN;
  }

  InputTemplate Input(size_t index) {
    InputExpression input = ReadInput(context_, std::move(arguments_[index]));
    row_arguments_ = std::move(input.arguments);
    input_ = std::move(input.input);
    return input_;
  }

  // `declared`: of answers in JSON. REQUIRES Input was called
  BindResult Finish(ScalarFunction& bound, Result<std::unique_ptr<Task>> task,
                    std::optional<AnswerDeclaration> declared = std::nullopt) {
    if (!task.ok()) throw duckdb::BinderException(task.error().message);
    auto call = std::make_shared<AiCall>();
    call->function = function_;
    call->model = options.model ? ResolveAlias(context_, *options.model) : settings_.model;
    CheckModelName(context_, function_, call->model);
    call->task = std::move(*task);
    call->declared = std::move(declared);
    call->template_text = DescribeTemplate(input_);
    call->input = std::move(input_);
    call->details = options.details;
    call->quotes = options.quotes;
    if (call->quotes && !call->details) {
      throw duckdb::BinderException(std::string(function_) +
                                    ": 'quotes' are a part of the details: add 'details': true");
    }
    call->symmetric = options.symmetric;
    if (call->symmetric && row_arguments_.size() != 2) {
      throw duckdb::BinderException(
          std::string(function_) + ": 'symmetric' is about two values of a row, like prompt('{0} " +
          "and {1} mean the same', a, b); this input has " + std::to_string(row_arguments_.size()));
    }
    call->fail_on_error = settings_.fail_on_error;
    call->identity = call->function + '\0' + call->model + '\0' + call->task->Fingerprint();

    call->arguments = row_arguments_.size();
    arguments_ = std::move(row_arguments_);
    bound.arguments.assign(arguments_.size(), LogicalType::VARCHAR);
    bound.varargs = LogicalType(LogicalTypeId::INVALID);
    bound.SetReturnType(ReturnType(*call));
    return duckdb::make_uniq<AiBindData>(std::move(call));
  }

  CallOptions options;

 private:
  ClientContext& context_;
  const char* function_;
  Arguments& arguments_;
  AiSettings settings_;
  Arguments row_arguments_;
  InputTemplate input_;
};

BindResult BindFilter(ClientContext& context, ScalarFunction& bound, Arguments& arguments) {
  CallBinder call(context, "ai_filter", arguments);
  call.CheckCount(1, 2, "ai_filter(input [, details or options])");
  if (arguments.size() == 2 && call.IsBoolean(1)) {
    call.options.details = ReadBoolean("ai_filter", "details", call.Constant(1, "details"));
  } else {
    call.Options(1, kFilterOptions);
  }
  InputTemplate input = call.Input(0);
  return call.Finish(bound, MakeFilterTask(std::move(input), call.options.task));
}

BindResult BindClassify(ClientContext& context, ScalarFunction& bound, Arguments& arguments) {
  CallBinder call(context, "ai_classify", arguments);
  call.CheckCount(2, 3, "ai_classify(input, labels [, options])");
  std::vector<Label> labels = ReadLabels("ai_classify", call.Constant(1, "the label list"));
  call.Options(2, kClassifyOptions);
  InputTemplate input = call.Input(0);
  return call.Finish(bound,
                     MakeClassifyTask(std::move(input), std::move(labels), call.options.task));
}

BindResult BindScore(ClientContext& context, ScalarFunction& bound, Arguments& arguments) {
  CallBinder call(context, "ai_score", arguments);
  call.CheckCount(2, 3, "ai_score(input, criterion [, options])");
  std::string criterion = call.Text(1, "the criterion");
  call.Options(2, kScoreOptions);
  InputTemplate input = call.Input(0);
  return call.Finish(bound,
                     MakeScoreTask(std::move(input), std::move(criterion), call.options.scale_low,
                                   call.options.scale_high, call.options.task));
}

BindResult BindSentiment(ClientContext& context, ScalarFunction& bound, Arguments& arguments) {
  CallBinder call(context, "ai_sentiment", arguments);
  call.CheckCount(1, 3, "ai_sentiment(input [, aspects] [, options])");
  std::vector<std::string> aspects;
  size_t next = 1;
  if (next < arguments.size() && !call.IsOptions(next)) {
    aspects =
        ReadTextList("ai_sentiment", "the aspect list", call.Constant(next, "the aspect list"));
    if (aspects.empty()) throw duckdb::BinderException("ai_sentiment: the aspect list is empty");
    ++next;
  }
  call.Options(next, kSentimentOptions);
  InputTemplate input = call.Input(0);
  return call.Finish(bound,
                     MakeSentimentTask(std::move(input), std::move(aspects), call.options.task));
}

// ai_complete(prompt), (model, prompt), (prompt, options), (model, prompt, options)
BindResult BindComplete(ClientContext& context, ScalarFunction& bound, Arguments& arguments) {
  CallBinder call(context, "ai_complete", arguments);
  call.CheckCount(1, 3, "ai_complete([model,] prompt [, options])");
  const bool has_options = arguments.size() > 1 && call.IsOptions(arguments.size() - 1);
  const size_t prompt = arguments.size() - 1 - (has_options ? 1 : 0);
  if (prompt > 1)
    throw duckdb::BinderException(
        "ai_complete: the options must be a STRUCT, like {'max_tokens': 100}");
  std::optional<std::string> model;
  if (prompt == 1) model = call.Text(0, "the model");
  if (has_options) call.Options(prompt + 1, kCompleteOptions);
  if (model) call.options.model = std::move(model);
  InputTemplate input = call.Input(prompt);
  if (!call.options.response_format) {
    return call.Finish(bound, MakeCompleteTask(std::move(input), call.options.task));
  }
  AnswerDeclaration declared =
      ReadResponseFormat(context, "ai_complete", *call.options.response_format);
  auto task = MakeCompleteTask(std::move(input), call.options.task, declared.format);
  return call.Finish(bound, std::move(task), std::move(declared));
}

BindResult BindExtract(ClientContext& context, ScalarFunction& bound, Arguments& arguments) {
  CallBinder call(context, "ai_extract", arguments);
  call.CheckCount(2, 3, "ai_extract(input, fields [, options])");
  AnswerDeclaration fields = ReadFields(context, "ai_extract", call.Constant(1, "the fields"));
  call.Options(2, kExtractOptions);
  InputTemplate input = call.Input(0);
  auto task = MakeExtractTask(std::move(input), fields.format, call.options.task);
  return call.Finish(bound, std::move(task), std::move(fields));
}

// The body runs only where the optimizer rule did not lift the call into the plan (lift_rule.h):
// right, but with no more than a vector of rows at a time.
void AnswerVector(duckdb::DataChunk& arguments, duckdb::ExpressionState& state,
                  duckdb::Vector& result) {
  ClientContext& context = state.GetContext();
  const std::shared_ptr<const AiCall> call = AsAiCall(state.expr);
  QueryState& query = QueryState::Of(context);
  query.monitor().CountCall(call.get());
  std::vector<MemoEntry*> entries;
  MemoReader memo(query.Memo(*call));
  InternRows(*call, memo, arguments, 0, &entries);
  std::set<MemoEntry*> seen;
  std::vector<MemoEntry*> distinct;
  for (MemoEntry* entry : entries) {
    if (entry != nullptr && seen.insert(entry).second) distinct.push_back(entry);
  }
  query.AnswerAll(context, *call, distinct, {.total = std::ssize(distinct)});
  query.CountRows(/*id=*/0, WriteAnswers(*call, entries, query.monitor(), result));
}

// DuckDB copies a plan (a CTE that is read twice) by writing it out and reading it back, which
// binds the functions again; a bound call has no constant arguments left to bind. It keeps the plan
// as it is where a function says so.
void RefuseToBeWritten(duckdb::Serializer&, duckdb::optional_ptr<duckdb::FunctionData>,
                       const ScalarFunction& function) {
  throw duckdb::NotImplementedException(function.name + " cannot be part of a stored plan");
}

duckdb::unique_ptr<duckdb::FunctionData> RefuseToBeRead(duckdb::Deserializer&,
                                                        ScalarFunction& function) {
  throw duckdb::NotImplementedException(function.name + " cannot be part of a stored plan");
}

struct Description {
  const char* name;
  duckdb::bind_scalar_function_t bind;
  duckdb::vector<std::string> parameters;
  const char* text;
  const char* example;
};

void Register(duckdb::ExtensionLoader& loader, Description about) {
  ScalarFunction function(about.name, {LogicalType::ANY}, LogicalType::ANY, AnswerVector,
                          about.bind);
  function.varargs = LogicalType::ANY;
  // Volatile: no folding of constants and no merging of equal calls before the rule has seen them.
  function.SetVolatile();
  function.SetFallible();
  function.SetSerializeCallback(RefuseToBeWritten);
  function.SetDeserializeCallback(RefuseToBeRead);
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  RegisterFunction(loader, std::move(function),
                   {std::move(about.parameters), about.text, about.example});
}

}  // namespace

void RegisterAiFunctions(duckdb::ExtensionLoader& loader) {
  Register(loader, {"ai_filter",
                    BindFilter,
                    {"input"},
                    "Is the statement or question true of this row?",
                    "ai_filter(prompt('The review praises the food: {0}', txt))"});
  Register(loader, {"ai_classify",
                    BindClassify,
                    {"input", "labels"},
                    "The label that fits the input best",
                    "ai_classify(txt, ['complaint', 'question', 'praise'])"});
  Register(loader, {"ai_score",
                    BindScore,
                    {"input", "criterion"},
                    "How far the input meets the criterion, as a number that sorts",
                    "ai_score(txt, 'how urgent it is', {'scale': [1, 5]})"});
  Register(loader, {"ai_sentiment",
                    BindSentiment,
                    {"input", "aspects"},
                    "positive, negative, neutral or mixed; with aspects, one for each",
                    "ai_sentiment(txt, ['price', 'service'])"});
  Register(loader, {"ai_complete",
                    BindComplete,
                    {"prompt"},
                    "The model's answer as text",
                    "ai_complete(prompt('Summarise in five words: {0}', txt))"});
  Register(loader, {"ai_extract",
                    BindExtract,
                    {"input", "fields"},
                    "The declared fields of the input, NULL where it does not have them",
                    "ai_extract(txt, 'vendor VARCHAR, total DECIMAL(12,2), paid_on DATE')"});
}

}  // namespace fathom
