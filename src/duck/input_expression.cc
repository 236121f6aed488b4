#include "duck/input_expression.h"

#include <optional>
#include <string_view>
#include <utility>

#include "duck/prompt_function.h"

namespace fathom {
namespace {

using duckdb::BoundFunctionExpression;
using duckdb::ClientContext;
using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::LogicalType;
using duckdb::Value;
using ExpressionPtr = duckdb::unique_ptr<Expression>;

// Grows a template from left to right: neighbouring constants become one.
class TemplateBuilder {
 public:
  explicit TemplateBuilder(ClientContext& context) : context_(context) {
    result_.input.constants.emplace_back();
  }

  void AddConstant(std::string_view text) { result_.input.constants.back() += text; }

  void AddArgument(const Expression& argument) {
    ExpressionPtr text =
        duckdb::BoundCastExpression::AddCastToType(context_, argument.Copy(), LogicalType::VARCHAR);
    result_.input.slots.push_back(Find(*text));
    if (result_.input.slots.back() == result_.arguments.size()) {
      result_.arguments.push_back(std::move(text));
    }
    result_.input.constants.emplace_back();
  }

  bool has_arguments() const { return !result_.arguments.empty(); }
  InputExpression Take() { return std::move(result_); }

 private:
  // The same column in two places is one argument.
  size_t Find(const Expression& argument) const {
    size_t index = 0;
    while (index < result_.arguments.size() &&
           (argument.IsVolatile() || !argument.Equals(*result_.arguments[index]))) {
      ++index;
    }
    return index;
  }

  ClientContext& context_;
  InputExpression result_;
};

const BoundFunctionExpression* AsTextFunction(const Expression& expression, const char* name) {
  if (expression.GetExpressionClass() != ExpressionClass::BOUND_FUNCTION) return nullptr;
  const auto& function = expression.Cast<BoundFunctionExpression>();
  const bool matches =
      function.function.name == name && function.return_type.id() == duckdb::LogicalTypeId::VARCHAR;
  return matches ? &function : nullptr;
}

std::optional<Value> Constant(ClientContext& context, const Expression& expression) {
  if (!expression.IsFoldable()) return std::nullopt;
  return duckdb::ExpressionExecutor::EvaluateScalar(context, expression);
}

// concat() reads NULL as nothing.
ExpressionPtr NullAsNothing(ClientContext& context, const Expression& argument) {
  auto coalesce = duckdb::make_uniq<duckdb::BoundOperatorExpression>(
      duckdb::ExpressionType::OPERATOR_COALESCE, LogicalType::VARCHAR);
  coalesce->children.push_back(
      duckdb::BoundCastExpression::AddCastToType(context, argument.Copy(), LogicalType::VARCHAR));
  coalesce->children.push_back(duckdb::make_uniq<duckdb::BoundConstantExpression>(Value("")));
  return coalesce;
}

void ReadConcat(ClientContext& context, const Expression& expression, TemplateBuilder& builder) {
  if (std::optional<Value> constant = Constant(context, expression)) {
    if (!constant->IsNull()) builder.AddConstant(constant->ToString());
  } else if (const auto* concat = AsTextFunction(expression, "concat")) {
    for (const auto& child : concat->children) ReadConcat(context, *child, builder);
  } else {
    builder.AddArgument(*NullAsNothing(context, expression));
  }
}

// False when a constant NULL makes the whole text NULL.
bool ReadOperatorConcat(ClientContext& context, const Expression& expression,
                        TemplateBuilder& builder) {
  if (std::optional<Value> constant = Constant(context, expression)) {
    if (constant->IsNull()) return false;
    builder.AddConstant(constant->ToString());
    return true;
  }
  if (const auto* concat = AsTextFunction(expression, "||")) {
    for (const auto& child : concat->children) {
      if (!ReadOperatorConcat(context, *child, builder)) return false;
    }
    return true;
  }
  if (AsTextFunction(expression, "concat") != nullptr) {
    ReadConcat(context, expression, builder);
  } else {
    builder.AddArgument(expression);
  }
  return true;
}

// format() in its simplest form: '{}' and '{{' '}}' only, text arguments, each used once in order.
// False for anything else, which DuckDB then formats row by row.
bool ReadFormat(ClientContext& context, const BoundFunctionExpression& format,
                TemplateBuilder& builder) {
  std::optional<Value> pattern = Constant(context, *format.children[0]);
  if (!pattern || pattern->IsNull()) return false;
  const std::string text = pattern->ToString();
  size_t next = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view pair = std::string_view(text).substr(i, 2);
    if (pair == "{{" || pair == "}}") {
      builder.AddConstant(pair.substr(0, 1));
    } else if (pair == "{}") {
      if (next >= format.children.size()) return false;
      const Expression& argument = *format.children[next++];
      if (argument.return_type.id() != duckdb::LogicalTypeId::VARCHAR) return false;
      builder.AddArgument(argument);
    } else if (text[i] == '{' || text[i] == '}') {
      return false;
    } else {
      builder.AddConstant(pair.substr(0, 1));
      continue;
    }
    ++i;
  }
  return next == format.children.size();
}

std::optional<InputExpression> ReadTemplate(ClientContext& context, const Expression& expression) {
  TemplateBuilder builder(context);
  bool is_template = false;
  if (AsTextFunction(expression, "concat") != nullptr) {
    ReadConcat(context, expression, builder);
    is_template = true;
  } else if (AsTextFunction(expression, "||") != nullptr) {
    is_template = ReadOperatorConcat(context, expression, builder);
  } else if (const auto* format = AsTextFunction(expression, "format")) {
    is_template = ReadFormat(context, *format, builder);
  }
  if (!is_template || !builder.has_arguments()) return std::nullopt;
  return builder.Take();
}

}  // namespace

InputExpression ReadInput(ClientContext& context, ExpressionPtr expression) {
  if (std::optional<InputExpression> prompt = ReadPromptCall(*expression)) {
    return std::move(*prompt);
  }
  if (std::optional<InputExpression> text = ReadTemplate(context, *expression)) {
    return std::move(*text);
  }
  if (IsPromptType(expression->return_type)) {
    expression = RenderPrompt(context, std::move(expression));
  }
  TemplateBuilder builder(context);
  builder.AddArgument(*expression);
  return builder.Take();
}

std::string DescribeTemplate(const InputTemplate& input) {
  std::string text = input.constants[0];
  for (size_t i = 0; i < input.slots.size(); ++i) {
    text += '{' + std::to_string(input.slots[i]) + '}' + input.constants[i + 1];
  }
  return text;
}

}  // namespace fathom
