#include "duck/call_binder.h"

#include <utility>

#include "duck/input_expression.h"
#include "duck/model_names.h"
#include "duck/prompt_function.h"

namespace fathom {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

OptionNames WithCommonOptions(OptionNames own) {
  for (const char* name : {"model", "on_long", "on_degenerate_input", "details"}) {
    own.push_back(name);
  }
  return own;
}

CallBinder::CallBinder(duckdb::ClientContext& context, const char* function, Arguments& arguments)
    : context_(context), function_(function), arguments_(arguments) {
  for (const auto& argument : arguments) {
    if (argument->return_type.id() == LogicalTypeId::UNKNOWN) {
      throw duckdb::ParameterNotResolvedException();
    }
  }
  settings_ = ReadSettings(context);
  options.task.seed = settings_.seed;
}

void CallBinder::CheckCount(size_t min, size_t max, const char* usage) const {
  if (arguments_.size() >= min && arguments_.size() <= max) return;
  throw duckdb::BinderException(std::string(function_) + ": " + std::to_string(arguments_.size()) +
                                " arguments do not fit; usage: " + usage);
}

duckdb::Value CallBinder::Constant(size_t index, std::string_view what) const {
  return FoldConstant(context_, function_, what, *arguments_[index]);
}

std::string CallBinder::Text(size_t index, std::string_view what) const {
  return ReadText(function_, what, Constant(index, what));
}

void CallBinder::Options(size_t index, std::span<const std::string_view> known) {
  if (index < arguments_.size()) {
    ReadOptions(function_, known, Constant(index, "the options"), &options);
  }
}

bool CallBinder::IsOptions(size_t index) const {
  const LogicalType& type = arguments_[index]->return_type;
  return type.id() == LogicalTypeId::STRUCT && !IsPromptType(type);
}

bool CallBinder::IsBoolean(size_t index) const {
  return arguments_[index]->return_type.id() == LogicalTypeId::BOOLEAN;
}

InputTemplate CallBinder::Input(size_t index) {
  InputExpression input = ReadInput(context_, std::move(arguments_[index]));
  row_arguments_ = std::move(input.arguments);
  input_ = std::move(input.input);
  return input_;
}

void CallBinder::WholeInput(size_t index) {
  auto input = std::move(arguments_[index]);
  if (IsPromptType(input->return_type)) input = RenderPrompt(context_, std::move(input));
  row_arguments_.clear();
  row_arguments_.push_back(
      duckdb::BoundCastExpression::AddCastToType(context_, std::move(input), LogicalType::VARCHAR));
  input_ = {{"", ""}, {0}};
}

duckdb::unique_ptr<duckdb::FunctionData> CallBinder::Finish(
    duckdb::BaseScalarFunction& bound, Result<std::unique_ptr<Task>> task,
    std::optional<AnswerDeclaration> declared) {
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

}  // namespace fathom
