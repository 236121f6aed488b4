#include "duck/reduce_rule.h"

#include <algorithm>
#include <utility>

#include "duck/call_finder.h"
#include "duck/left_values.h"

namespace fathom {
namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::ExpressionIterator;
using duckdb::ExpressionType;
using duckdb::JoinCondition;
using duckdb::JoinType;
using duckdb::LogicalComparisonJoin;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;

// A projection in front of each DELIM_GET, under its table index.
void HideDelimGets(duckdb::Binder& binder, OperatorPtr& place) {
  for (OperatorPtr& child : place->children) HideDelimGets(binder, child);
  if (place->type != LogicalOperatorType::LOGICAL_DELIM_GET) return;
  auto& get = place->Cast<duckdb::LogicalDelimGet>();
  const duckdb::idx_t table = get.table_index;
  get.table_index = binder.GenerateTableIndex();
  duckdb::vector<ExpressionPtr> columns;
  for (size_t i = 0; i < get.chunk_types.size(); ++i) {
    columns.push_back(duckdb::make_uniq<BoundColumnRefExpression>(
        get.chunk_types[i], ColumnBinding(get.table_index, i)));
  }
  auto projection = duckdb::make_uniq<duckdb::LogicalProjection>(table, std::move(columns));
  projection->children.push_back(std::move(place));
  place = std::move(projection);
}

// `right` with a column that is true, false or NULL as the key occurs among the values, instead of
// rows kept or not: only false rows go.
OperatorPtr KeepUnlessFalse(WholePlan plan, duckdb::unique_ptr<LogicalComparisonJoin> mark) {
  mark->mark_index = plan.binder.GenerateTableIndex();
  mark->convert_mark_to_semi = false;
  auto filter = duckdb::make_uniq<duckdb::LogicalFilter>();
  filter->expressions.push_back(duckdb::make_uniq<duckdb::BoundComparisonExpression>(
      ExpressionType::COMPARE_DISTINCT_FROM,
      duckdb::make_uniq<BoundColumnRefExpression>(duckdb::LogicalType::BOOLEAN,
                                                  ColumnBinding(mark->mark_index, 0)),
      duckdb::make_uniq<duckdb::BoundConstantExpression>(duckdb::Value::BOOLEAN(false))));
  filter->children.push_back(std::move(mark));
  return filter;
}

bool CanReduce(const LogicalComparisonJoin& join) {
  switch (join.join_type) {
    case JoinType::LEFT:
    case JoinType::SEMI:
    case JoinType::ANTI: return true;
    case JoinType::MARK:
      return join.conditions.size() == 1 &&
             join.conditions[0].comparison == ExpressionType::COMPARE_EQUAL;
    default: return false;
  }
}

// Takes the condition of a join apart.
duckdb::vector<ExpressionPtr> TakeCondition(LogicalOperator& join) {
  duckdb::vector<ExpressionPtr> parts;
  if (join.type == LogicalOperatorType::LOGICAL_ANY_JOIN) {
    parts.push_back(std::move(join.Cast<duckdb::LogicalAnyJoin>().condition));
  } else {
    for (JoinCondition& condition : join.Cast<LogicalComparisonJoin>().conditions) {
      parts.push_back(JoinCondition::CreateExpression(std::move(condition)));
    }
  }
  duckdb::LogicalFilter::SplitPredicates(parts);
  return parts;
}

bool CanLift(duckdb::LogicalJoin& join) {
  if (join.type != LogicalOperatorType::LOGICAL_ANY_JOIN &&
      join.type != LogicalOperatorType::LOGICAL_COMPARISON_JOIN) {
    return false;
  }
  if (join.join_type != JoinType::LEFT && join.join_type != JoinType::SEMI &&
      join.join_type != JoinType::ANTI) {
    return false;
  }
  bool holds_call = false;
  bool reads_left = false;
  bool is_volatile = false;
  const auto left = join.children[0]->GetColumnBindings();
  duckdb::LogicalOperatorVisitor::EnumerateExpressions(join, [&](ExpressionPtr* expression) {
    holds_call = holds_call || HoldsCall(**expression);
    is_volatile = is_volatile || IsVolatileItself(**expression);
    ExpressionIterator::VisitExpression<BoundColumnRefExpression>(
        **expression, [&](const BoundColumnRefExpression& reference) {
          reads_left = reads_left || std::ranges::count(left, reference.binding) > 0;
        });
  });
  return holds_call && reads_left && !is_volatile && !ReadsOuterValues(*join.children[1]);
}

OperatorPtr InnerJoin(duckdb::ClientContext& context, OperatorPtr left, OperatorPtr right,
                      duckdb::vector<ExpressionPtr> condition) {
  if (condition.empty()) {
    return duckdb::LogicalCrossProduct::Create(std::move(left), std::move(right));
  }
  return LogicalComparisonJoin::CreateJoin(context, JoinType::INNER, duckdb::JoinRefType::REGULAR,
                                           std::move(left), std::move(right),
                                           Conjunction(std::move(condition)));
}

}  // namespace

void KeepOuterValues(WholePlan plan, OperatorPtr& side) {
  if (SubtreeHoldsCall(*side)) HideDelimGets(plan.binder, side);
}

void ReduceRightSide(WholePlan plan, duckdb::LogicalJoin& operation) {
  if (operation.type != LogicalOperatorType::LOGICAL_COMPARISON_JOIN) return;
  auto& join = operation.Cast<LogicalComparisonJoin>();
  if (!CanReduce(join) || ReadsOuterValues(*join.children[1])) return;
  LeftValues values(plan, *join.children[0]);
  const bool is_mark = join.join_type == JoinType::MARK;
  auto reduced =
      duckdb::make_uniq<LogicalComparisonJoin>(is_mark ? JoinType::MARK : JoinType::SEMI);
  for (const JoinCondition& condition : join.conditions) {
    if (!IsKey(condition)) continue;
    JoinCondition& key = reduced->conditions.emplace_back();
    key.left = condition.right->Copy();
    key.right = condition.left->Copy();
    values.Redirect(key.right);
    key.comparison = condition.comparison;
  }
  if (values.empty()) return;
  reduced->children.push_back(std::move(join.children[1]));
  reduced->children.push_back(values.MakeScan());
  join.children[1] = is_mark ? KeepUnlessFalse(plan, std::move(reduced)) : std::move(reduced);
  join.type = LogicalOperatorType::LOGICAL_DELIM_JOIN;
  join.duplicate_eliminated_columns = values.LeftColumns();
}

bool LiftCondition(WholePlan plan, OperatorPtr& place, Deferred* right) {
  auto& join = place->Cast<duckdb::LogicalJoin>();
  if (!CanLift(join)) return false;
  LeftValues values(plan, *join.children[0]);
  duckdb::vector<ExpressionPtr> ordinary;
  for (ExpressionPtr& part : TakeCondition(join)) {
    values.Redirect(part);
    if (HoldsCall(*part)) {
      right->predicates.push_back(std::move(part));
    } else {
      ordinary.push_back(std::move(part));
    }
  }
  auto lifted = duckdb::make_uniq<LogicalComparisonJoin>(join.join_type,
                                                         LogicalOperatorType::LOGICAL_DELIM_JOIN);
  lifted->conditions = values.Conditions();
  lifted->duplicate_eliminated_columns = values.LeftColumns();
  lifted->children.push_back(std::move(join.children[0]));
  lifted->children.push_back(InnerJoin(plan.binder.context, values.MakeScan(),
                                       std::move(join.children[1]), std::move(ordinary)));
  place = std::move(lifted);
  return true;
}

}  // namespace fathom
