#include "duck/prompt_function.h"

#include <string>
#include <utility>
#include <vector>

#include "duck/register_function.h"

namespace fathom {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

LogicalType PromptType() {
  return LogicalType::STRUCT(
      {{"template", LogicalType::VARCHAR}, {"args", LogicalType::LIST(LogicalType::VARCHAR)}});
}

struct PromptBindData : public duckdb::FunctionData {
  explicit PromptBindData(InputTemplate input) : input(std::move(input)) {}
  duckdb::unique_ptr<FunctionData> Copy() const override {
    return duckdb::make_uniq<PromptBindData>(input);
  }
  bool Equals(const FunctionData& other) const override {
    const auto* that = dynamic_cast<const PromptBindData*>(&other);
    return that != nullptr && input.constants == that->input.constants &&
           input.slots == that->input.slots;
  }
  InputTemplate input;
};

duckdb::unique_ptr<duckdb::FunctionData> BindPrompt(
    duckdb::ClientContext& context, duckdb::ScalarFunction& function,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
  if (arguments[0]->HasParameter()) throw duckdb::ParameterNotResolvedException();
  if (!arguments[0]->IsFoldable()) {
    throw duckdb::BinderException(
        "prompt: the template must be a constant; columns go into its placeholders: "
        "prompt('Is {0} about food?', txt)");
  }
  const Value text = duckdb::ExpressionExecutor::EvaluateScalar(context, *arguments[0]);
  if (text.IsNull()) throw duckdb::BinderException("prompt: the template is NULL");
  Result<InputTemplate> input = ParsePromptTemplate(text.ToString(), arguments.size() - 1);
  if (!input.ok()) {
    const std::string& message = input.error().message;
    throw duckdb::BinderException(message.starts_with("prompt") ? message : "prompt: " + message);
  }
  function.arguments.assign(arguments.size(), LogicalType::VARCHAR);
  function.varargs = LogicalType(duckdb::LogicalTypeId::INVALID);
  return duckdb::make_uniq<PromptBindData>(std::move(*input));
}

void MakePrompts(duckdb::DataChunk& arguments, duckdb::ExpressionState&, duckdb::Vector& result) {
  for (duckdb::idx_t row = 0; row < arguments.size(); ++row) {
    duckdb::vector<Value> args;
    for (duckdb::idx_t column = 1; column < arguments.ColumnCount(); ++column) {
      args.push_back(arguments.GetValue(column, row));
    }
    result.SetValue(row, Value::STRUCT({{"template", arguments.GetValue(0, row)},
                                        {"args", Value::LIST(LogicalType::VARCHAR, args)}}));
  }
}

// NULL when the template or one of the arguments it uses is NULL.
Value RenderPromptValue(const Value& prompt) {
  const Value null(LogicalType::VARCHAR);
  if (prompt.IsNull()) return null;
  const auto& fields = duckdb::StructValue::GetChildren(prompt);
  if (fields[0].IsNull() || fields[1].IsNull()) return null;
  std::vector<std::string> args;
  for (const Value& arg : duckdb::ListValue::GetChildren(fields[1])) {
    if (arg.IsNull()) return null;
    args.push_back(arg.ToString());
  }
  Result<InputTemplate> input = ParsePromptTemplate(fields[0].ToString(), args.size());
  if (!input.ok()) throw duckdb::InvalidInputException("prompt: " + input.error().message);
  return Value(input->Render(args));
}

void RenderPrompts(duckdb::DataChunk& arguments, duckdb::ExpressionState&, duckdb::Vector& result) {
  for (duckdb::idx_t row = 0; row < arguments.size(); ++row) {
    result.SetValue(row, RenderPromptValue(arguments.GetValue(0, row)));
  }
}

}  // namespace

void RegisterPrompt(duckdb::ExtensionLoader& loader) {
  duckdb::ScalarFunction function("prompt", {LogicalType::VARCHAR}, PromptType(), MakePrompts,
                                  BindPrompt);
  function.varargs = LogicalType::ANY;
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  RegisterFunction(loader, std::move(function),
                   {{"template"},
                    "A text with placeholders {0}, {1}, ... and the values that fill them; the "
                    "input of an ai_ function",
                    "prompt('Review: {0}', txt)"});
}

bool IsPromptType(const LogicalType& type) { return type == PromptType(); }

std::optional<InputExpression> ReadPromptCall(const duckdb::Expression& expression) {
  if (expression.GetExpressionClass() != duckdb::ExpressionClass::BOUND_FUNCTION) {
    return std::nullopt;
  }
  const auto& call = expression.Cast<duckdb::BoundFunctionExpression>();
  const auto* data = dynamic_cast<const PromptBindData*>(call.bind_info.get());
  if (data == nullptr) return std::nullopt;
  InputExpression result;
  result.input = data->input;
  for (size_t i = 1; i < call.children.size(); ++i) {
    result.arguments.push_back(call.children[i]->Copy());
  }
  return result;
}

duckdb::unique_ptr<duckdb::Expression> RenderPrompt(duckdb::ClientContext& context,
                                                    duckdb::unique_ptr<duckdb::Expression> prompt) {
  duckdb::ScalarFunction function("prompt_text", {PromptType()}, LogicalType::VARCHAR,
                                  RenderPrompts);
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  function.SetFallible();
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> children;
  children.push_back(std::move(prompt));
  duckdb::FunctionBinder binder(context);
  return binder.BindScalarFunction(std::move(function), std::move(children));
}

}  // namespace fathom
