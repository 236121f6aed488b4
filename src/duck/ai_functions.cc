#include "duck/ai_functions.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "duck/ai_scalar.h"
#include "duck/call_binder.h"
#include "duck/call_options.h"
#include "duck/register_function.h"

namespace fathom {
namespace {

using duckdb::ClientContext;
using duckdb::ScalarFunction;
using duckdb::Value;
using Arguments = duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>;
using BindResult = duckdb::unique_ptr<duckdb::FunctionData>;

const OptionNames kFilterOptions = WithCommonOptions({"task", "examples", "symmetric"});
const OptionNames kClassifyOptions = WithCommonOptions({"task", "examples", "output_mode"});
const OptionNames kScoreOptions = WithCommonOptions({"scale", "task", "examples"});
const OptionNames kSentimentOptions = WithCommonOptions({"task", "examples"});
const OptionNames kCompleteOptions =
    WithCommonOptions({"response_format", "examples", "max_tokens", "temperature"});
const OptionNames kSummarizeOptions =
    WithCommonOptions({"task", "language", "max_tokens", "temperature"});
const OptionNames kTranslateOptions = WithCommonOptions({"task", "max_tokens", "temperature"});
const OptionNames kExtractOptions =
    WithCommonOptions({"task", "examples", "verbatim", "max_tokens", "quotes"});

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
  if (model && call.options.model) {
    throw duckdb::BinderException(
        "ai_complete: the model is named twice, as the first argument and as option 'model'");
  }
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

BindResult BindSummarize(ClientContext& context, ScalarFunction& bound, Arguments& arguments) {
  CallBinder call(context, "ai_summarize", arguments);
  call.CheckCount(1, 2, "ai_summarize(input [, options])");
  call.options.task.rows.on_degenerate = OnDegenerate::kTrim;
  call.Options(1, kSummarizeOptions);
  InputTemplate input = call.Input(0);
  return call.Finish(bound,
                     MakeSummarizeTask(std::move(input), call.options.language, call.options.task));
}

BindResult BindTranslate(ClientContext& context, ScalarFunction& bound, Arguments& arguments) {
  constexpr int kMaxTokens = 1024;  // as long as its input
  CallBinder call(context, "ai_translate", arguments);
  call.CheckCount(3, 4, "ai_translate(input, from, to [, options]); from = '': any language");
  const NaturalLanguage* from = nullptr;
  if (const Value code = call.Constant(1, "the language to translate from");
      code.IsNull() || code.ToString() != "") {
    from = &ReadLanguage("ai_translate", "the language to translate from", code);
  }
  const NaturalLanguage& to = ReadLanguage("ai_translate", "the language to translate to",
                                           call.Constant(2, "the language to translate to"));
  call.options.task.rows.on_degenerate = OnDegenerate::kTrim;
  call.options.task.max_tokens = kMaxTokens;
  call.Options(3, kTranslateOptions);
  InputTemplate input = call.Input(0);
  return call.Finish(bound, MakeTranslateTask(std::move(input), from, to, call.options.task));
}

struct Description {
  const char* name;
  duckdb::bind_scalar_function_t bind;
  duckdb::vector<std::string> parameters;
  const char* text;
  const char* example;
};

void Register(duckdb::ExtensionLoader& loader, Description about) {
  RegisterFunction(loader, AiScalarFunction(about.name, about.bind),
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
  Register(loader, {"ai_summarize",
                    BindSummarize,
                    {"input"},
                    "The input in a few sentences, in its language",
                    "ai_summarize(txt)"});
  Register(loader, {"ai_translate",
                    BindTranslate,
                    {"input", "from", "to"},
                    "The input in another language",
                    "ai_translate(txt, 'en', 'zh')"});
}

}  // namespace fathom
