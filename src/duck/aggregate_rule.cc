#include "duck/aggregate_rule.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "duck/ai_call.h"
#include "duck/ai_scalar.h"
#include "duckdb/catalog/catalog_entry/aggregate_function_catalog_entry.hpp"
#include "duckdb/planner/bound_result_modifier.hpp"

namespace fathom {
namespace {

using duckdb::BoundAggregateExpression;
using duckdb::BoundColumnRefExpression;
using duckdb::ClientContext;
using duckdb::ColumnBinding;
using duckdb::LogicalAggregate;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;
using duckdb::LogicalType;

std::shared_ptr<const AiCall> CallOf(const duckdb::Expression& expression) {
  if (expression.GetExpressionClass() != duckdb::ExpressionClass::BOUND_AGGREGATE) return nullptr;
  const auto& aggregate = expression.Cast<BoundAggregateExpression>();
  const auto* data = dynamic_cast<const AiBindData*>(aggregate.bind_info.get());
  return data == nullptr ? nullptr : data->call;
}

// filter AND text IS NOT NULL
ExpressionPtr WithoutNulls(ExpressionPtr filter, const duckdb::Expression& text) {
  auto is_text = duckdb::make_uniq<duckdb::BoundOperatorExpression>(
      duckdb::ExpressionType::OPERATOR_IS_NOT_NULL, LogicalType::BOOLEAN);
  is_text->children.push_back(text.Copy());
  if (!filter) return is_text;
  return duckdb::make_uniq<duckdb::BoundConjunctionExpression>(
      duckdb::ExpressionType::CONJUNCTION_AND, std::move(filter), std::move(is_text));
}

duckdb::unique_ptr<duckdb::BoundOrderModifier> SortedBy(const duckdb::Expression& text) {
  auto order = duckdb::make_uniq<duckdb::BoundOrderModifier>();
  order->orders.emplace_back(duckdb::OrderType::ASCENDING, duckdb::OrderByNullType::NULLS_LAST,
                             text.Copy());
  return order;
}

// The list of the texts that `aggregate` is about.
ExpressionPtr ListOf(ClientContext& context, BoundAggregateExpression& aggregate) {
  auto& entry =
      duckdb::Catalog::GetSystemCatalog(context).GetEntry<duckdb::AggregateFunctionCatalogEntry>(
          context, DEFAULT_SCHEMA, "list");
  auto function = entry.functions.GetFunctionByArguments(context, {LogicalType::VARCHAR});
  auto filter = WithoutNulls(std::move(aggregate.filter), *aggregate.children[0]);
  auto order = SortedBy(*aggregate.children[0]);
  if (aggregate.order_bys) {  // the text decides between equals
    auto& wanted = aggregate.order_bys->orders;
    if (!aggregate.IsDistinct()) wanted.push_back(std::move(order->orders[0]));
    order = std::move(aggregate.order_bys);
  }
  auto list = duckdb::FunctionBinder(context).BindAggregateFunction(
      std::move(function), std::move(aggregate.children), std::move(filter), aggregate.aggr_type);
  list->order_bys = std::move(order);
  return list;
}

ExpressionPtr CallAbout(ClientContext& context, std::shared_ptr<const AiCall> call,
                        ExpressionPtr list) {
  duckdb::vector<ExpressionPtr> arguments;
  arguments.push_back(std::move(list));
  duckdb::ErrorData error;
  ExpressionPtr json = duckdb::FunctionBinder(context).BindScalarFunction(
      DEFAULT_SCHEMA, "to_json", std::move(arguments), error);
  if (!json) error.Throw();
  auto function = AiScalarFunction(call->function, nullptr);
  const LogicalType type = ReturnType(*call);
  function.arguments = {LogicalType::VARCHAR};
  function.varargs = LogicalType(duckdb::LogicalTypeId::INVALID);
  function.SetReturnType(type);
  duckdb::vector<ExpressionPtr> texts;
  texts.push_back(
      duckdb::BoundCastExpression::AddCastToType(context, std::move(json), LogicalType::VARCHAR));
  return duckdb::make_uniq<duckdb::BoundFunctionExpression>(
      type, std::move(function), std::move(texts), duckdb::make_uniq<AiBindData>(std::move(call)));
}

class Replacer {
 public:
  Replacer(ClientContext& context, duckdb::Binder& binder, OperatorPtr& root)
      : context_(context), binder_(binder), root_(root) {}

  void Visit(OperatorPtr& place) {
    for (auto& child : place->children) Visit(child);
    if (place->type != LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY) return;
    const auto is_ai = [](const ExpressionPtr& expression) {
      return CallOf(*expression) != nullptr;
    };
    if (std::ranges::any_of(place->expressions, is_ai)) Replace(place);
  }

 private:
  // A column of `place`, and the call that takes its place if it is one.
  struct Column {
    ColumnBinding binding;
    std::shared_ptr<const AiCall> call;
  };

  void Replace(OperatorPtr& place) {
    auto& aggregate = place->Cast<LogicalAggregate>();
    std::vector<Column> columns;
    for (const ColumnBinding& binding : place->GetColumnBindings()) {
      columns.push_back({binding, nullptr});
      if (binding.table_index != aggregate.aggregate_index) continue;
      ExpressionPtr& expression = aggregate.expressions[binding.column_index];
      columns.back().call = CallOf(*expression);
      if (columns.back().call == nullptr) continue;
      expression = ListOf(context_, expression->Cast<BoundAggregateExpression>());
    }
    Project(place, columns);
  }

  void Project(OperatorPtr& place, const std::vector<Column>& columns) {
    place->ResolveOperatorTypes();
    const duckdb::idx_t table = binder_.GenerateTableIndex();
    duckdb::ColumnBindingReplacer replacer;
    duckdb::vector<ExpressionPtr> projected;
    for (size_t i = 0; i < columns.size(); ++i) {
      ExpressionPtr column =
          duckdb::make_uniq<BoundColumnRefExpression>(place->types[i], columns[i].binding);
      if (columns[i].call) column = CallAbout(context_, columns[i].call, std::move(column));
      projected.push_back(std::move(column));
      replacer.replacement_bindings.emplace_back(columns[i].binding, ColumnBinding(table, i));
    }
    auto projection = duckdb::make_uniq<duckdb::LogicalProjection>(table, std::move(projected));
    projection->children.push_back(std::move(place));
    place = std::move(projection);
    replacer.stop_operator = place.get();
    replacer.VisitOperator(*root_);
  }

  ClientContext& context_;
  duckdb::Binder& binder_;
  OperatorPtr& root_;
};

}  // namespace

void ReplaceAiAggregates(ClientContext& context, duckdb::Binder& binder, OperatorPtr& plan) {
  Replacer(context, binder, plan).Visit(plan);
}

}  // namespace fathom
