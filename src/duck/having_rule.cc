#include "duck/having_rule.h"

#include <algorithm>
#include <map>
#include <utility>

#include "duck/call_finder.h"

namespace fathom {
namespace {

using duckdb::BoundAggregateExpression;
using duckdb::BoundColumnRefExpression;
using duckdb::BoundWindowExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::ExpressionIterator;
using duckdb::LogicalAggregate;
using duckdb::LogicalOperatorType;

bool IsFloating(const Expression& expression) {
  const auto type = expression.return_type.id();
  return type == duckdb::LogicalTypeId::FLOAT || type == duckdb::LogicalTypeId::DOUBLE;
}

// The same value in any order of its rows. Sums of floats are not.
bool IgnoresOrder(const BoundAggregateExpression& aggregate) {
  return aggregate.function.order_dependent ==
             duckdb::AggregateOrderDependent::NOT_ORDER_DEPENDENT &&
         !aggregate.order_bys && std::ranges::none_of(aggregate.children, [](const auto& child) {
           return IsFloating(*child);
         });
}

ExpressionPtr WindowOf(const BoundAggregateExpression& aggregate, const LogicalAggregate& groups) {
  auto window = duckdb::make_uniq<BoundWindowExpression>(
      duckdb::ExpressionType::WINDOW_AGGREGATE, aggregate.return_type,
      duckdb::make_uniq<duckdb::AggregateFunction>(aggregate.function),
      aggregate.bind_info ? aggregate.bind_info->Copy() : nullptr);
  for (const auto& child : aggregate.children) window->children.push_back(child->Copy());
  for (const auto& group : groups.groups) window->partitions.push_back(group->Copy());
  if (aggregate.filter) window->filter_expr = aggregate.filter->Copy();
  window->ignore_nulls = false;
  window->distinct = aggregate.IsDistinct();
  window->start = duckdb::WindowBoundary::UNBOUNDED_PRECEDING;
  window->end = duckdb::WindowBoundary::UNBOUNDED_FOLLOWING;
  return window;
}

// Puts the conditions of `filter` that can be known before its groups' other aggregates below them.
class EarlyGroups {
 public:
  EarlyGroups(WholePlan plan, LogicalAggregate& groups)
      : groups_(groups), table_(plan.binder.GenerateTableIndex()) {}

  void Add(const Expression& condition) {
    if (HoldsCall(condition) || condition.IsVolatile() || !IsKnownEarly(condition)) return;
    ExpressionPtr copy = condition.Copy();
    ExpressionIterator::VisitExpressionMutable<BoundColumnRefExpression>(
        copy, [&](BoundColumnRefExpression& reference, ExpressionPtr& place) {
          const duckdb::idx_t column = reference.binding.column_index;
          if (reference.binding.table_index == groups_.group_index) {
            place = groups_.groups[column]->Copy();
          } else {
            reference.binding = ColumnBinding(table_, Window(column));
          }
        });
    conditions_.push_back(std::move(copy));
  }

  void Place() {
    if (windows_.empty()) return;
    auto window = duckdb::make_uniq<duckdb::LogicalWindow>(table_);
    window->expressions = std::move(windows_);
    window->children.push_back(std::move(groups_.children[0]));
    auto filter = duckdb::make_uniq<duckdb::LogicalFilter>();
    filter->expressions = std::move(conditions_);
    filter->children.push_back(std::move(window));
    groups_.children[0] = std::move(filter);
  }

 private:
  bool IsKnownEarly(const Expression& condition) const {
    bool known = true;
    ExpressionIterator::VisitExpression<BoundColumnRefExpression>(
        condition, [&](const BoundColumnRefExpression& reference) {
          if (reference.binding.table_index == groups_.group_index) return;
          if (reference.binding.table_index != groups_.aggregate_index) {
            known = false;
            return;
          }
          const Expression& aggregate = *groups_.expressions[reference.binding.column_index];
          known = known && !HoldsCall(aggregate) && !aggregate.IsVolatile() &&
                  IgnoresOrder(aggregate.Cast<BoundAggregateExpression>());
        });
    return known;
  }

  // Column of the window of aggregate number `column`.
  size_t Window(duckdb::idx_t column) {
    const auto [entry, added] = numbers_.try_emplace(column, windows_.size());
    if (added) {
      const auto& aggregate = groups_.expressions[column]->Cast<BoundAggregateExpression>();
      windows_.push_back(WindowOf(aggregate, groups_));
    }
    return entry->second;
  }

  LogicalAggregate& groups_;
  const duckdb::idx_t table_;
  std::map<duckdb::idx_t, size_t> numbers_;
  duckdb::vector<ExpressionPtr> windows_;
  duckdb::vector<ExpressionPtr> conditions_;
};

bool IsPlain(const ExpressionPtr& group) { return !HoldsCall(*group) && !group->IsVolatile(); }

}  // namespace

void DropGroupsEarly(WholePlan plan, duckdb::LogicalOperator& filter) {
  if (filter.children[0]->type != LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY) return;
  auto& groups = filter.children[0]->Cast<LogicalAggregate>();
  const bool asks = std::ranges::any_of(
      groups.expressions, [](const ExpressionPtr& aggregate) { return HoldsCall(*aggregate); });
  if (!asks || groups.groups.empty() || groups.grouping_sets.size() > 1 ||
      !std::ranges::all_of(groups.groups, IsPlain)) {
    return;
  }
  EarlyGroups early(plan, groups);
  duckdb::LogicalFilter::SplitPredicates(filter.expressions);
  for (const ExpressionPtr& condition : filter.expressions) early.Add(*condition);
  early.Place();
}

}  // namespace fathom
