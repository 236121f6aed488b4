#include "duck/left_values.h"

#include <algorithm>

#include "duck/call_finder.h"

namespace fathom {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::ExpressionType;
using duckdb::JoinCondition;
using duckdb::LogicalOperatorType;

LeftValues::LeftValues(WholePlan plan, duckdb::LogicalOperator& left)
    : get_table_(plan.binder.GenerateTableIndex()),
      table_(plan.binder.GenerateTableIndex()),
      left_(left.GetColumnBindings()) {}

ExpressionPtr LeftValues::Column::Reference() const {
  return duckdb::make_uniq<BoundColumnRefExpression>(return_type, binding);
}

void LeftValues::Redirect(ExpressionPtr& expression) {
  duckdb::ExpressionIterator::VisitExpressionMutable<BoundColumnRefExpression>(
      expression, [&](BoundColumnRefExpression& reference, ExpressionPtr&) {
        if (std::ranges::count(left_, reference.binding) == 0) return;
        reference.binding = {table_, Number(reference)};
      });
}

OperatorPtr LeftValues::MakeScan() const {
  duckdb::vector<duckdb::LogicalType> types;
  duckdb::vector<ExpressionPtr> columns;
  for (const Column& column : columns_) {
    columns.push_back(duckdb::make_uniq<BoundColumnRefExpression>(
        column.return_type, ColumnBinding(get_table_, types.size())));
    types.push_back(column.return_type);
  }
  // The projection hides the DELIM_GET: see KeepOuterValues.
  auto scan = duckdb::make_uniq<duckdb::LogicalProjection>(table_, std::move(columns));
  scan->children.push_back(
      duckdb::make_uniq<duckdb::LogicalDelimGet>(get_table_, std::move(types)));
  return scan;
}

duckdb::vector<ExpressionPtr> LeftValues::LeftColumns() const {
  duckdb::vector<ExpressionPtr> columns;
  for (const Column& column : columns_) columns.push_back(column.Reference());
  return columns;
}

duckdb::vector<JoinCondition> LeftValues::Conditions() const {
  duckdb::vector<JoinCondition> conditions(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) {
    conditions[i].left = columns_[i].Reference();
    conditions[i].right = duckdb::make_uniq<BoundColumnRefExpression>(columns_[i].return_type,
                                                                      ColumnBinding(table_, i));
    conditions[i].comparison = ExpressionType::COMPARE_NOT_DISTINCT_FROM;
  }
  return conditions;
}

size_t LeftValues::Number(const BoundColumnRefExpression& reference) {
  const auto known = std::ranges::find(columns_, reference.binding, &Column::binding);
  const auto number = static_cast<size_t>(known - columns_.begin());
  if (known == columns_.end()) columns_.push_back({reference.binding, reference.return_type});
  return number;
}

bool ReadsOuterValues(const duckdb::LogicalOperator& operation) {
  if (operation.type == LogicalOperatorType::LOGICAL_DELIM_GET) return true;
  const size_t children =
      operation.type == LogicalOperatorType::LOGICAL_DELIM_JOIN ? 1 : operation.children.size();
  for (size_t i = 0; i < children; ++i) {
    if (ReadsOuterValues(*operation.children[i])) return true;
  }
  return false;
}

bool CanBeKey(const Expression& expression) {
  return !HoldsCall(expression) && !expression.IsVolatile() && !expression.CanThrow();
}

bool IsKey(const JoinCondition& condition) {
  const bool equality = condition.comparison == ExpressionType::COMPARE_EQUAL ||
                        condition.comparison == ExpressionType::COMPARE_NOT_DISTINCT_FROM;
  return equality && CanBeKey(*condition.left) && CanBeKey(*condition.right);
}

}  // namespace fathom
