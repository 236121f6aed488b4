#include "duck/semantic_filter_rule.h"

#include <algorithm>
#include <utility>

#include "duck/deferred.h"
#include "duck/semantic_filter.h"

namespace fathom {
namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;

// A filter above the map it reads; null for anything else.
SemanticMap* MapOfFilter(LogicalOperator& operation) {
  if (operation.type != LogicalOperatorType::LOGICAL_FILTER || operation.HasProjectionMap() ||
      operation.expressions.empty()) {
    return nullptr;
  }
  return AsSemanticMap(*operation.children[0]);
}

bool CanMove(const Expression& expression, const duckdb::vector<ColumnBinding>& input,
             duckdb::idx_t own_table) {
  bool movable = !IsVolatileItself(expression) && !CanThrowItself(expression);
  duckdb::ExpressionIterator::VisitExpression<BoundColumnRefExpression>(
      expression, [&](const BoundColumnRefExpression& column) {
        movable = movable && (column.binding.table_index == own_table ||
                              std::ranges::count(input, column.binding) > 0);
      });
  return movable;
}

// Can the filter with its map become a step of an operator on `input`?
bool CanBeStep(LogicalOperator& filter, const duckdb::vector<ColumnBinding>& input) {
  SemanticMap* map = MapOfFilter(filter);
  if (map == nullptr) return false;
  const auto can_move = [&](const ExpressionPtr& expression) {
    return CanMove(*expression, input, map->table_index());
  };
  return std::ranges::all_of(filter.expressions, can_move) &&
         std::ranges::all_of(map->expressions, can_move);
}

void AddStep(SemanticFilter& steps, LogicalOperator& filter) {
  SemanticMap& map = *MapOfFilter(filter);
  steps.AddStep(map, std::move(filter.expressions));
}

void Fuse(OperatorPtr& place) {
  for (OperatorPtr& child : place->children) Fuse(child);
  SemanticMap* map = MapOfFilter(*place);
  if (map == nullptr) return;
  OperatorPtr& below = map->children[0];
  if (auto* steps = dynamic_cast<SemanticFilter*>(below.get())) {
    if (!CanBeStep(*place, steps->children[0]->GetColumnBindings())) return;
    AddStep(*steps, *place);
    OperatorPtr keep = std::move(below);
    place = std::move(keep);
    return;
  }
  SemanticMap* first_map = MapOfFilter(*below);
  if (first_map == nullptr) return;
  const auto input = first_map->children[0]->GetColumnBindings();
  if (!CanBeStep(*below, input) || !CanBeStep(*place, input)) return;
  auto steps = duckdb::make_uniq<SemanticFilter>();
  steps->children.push_back(std::move(first_map->children[0]));
  AddStep(*steps, *below);
  AddStep(*steps, *place);
  place = std::move(steps);
}

// The right sides of the conditions; none if these are not all equalities of plain expressions.
std::vector<ExpressionPtr> InnerKeys(LogicalOperator& operation) {
  if (operation.type != LogicalOperatorType::LOGICAL_COMPARISON_JOIN &&
      operation.type != LogicalOperatorType::LOGICAL_DELIM_JOIN) {
    return {};
  }
  const auto& join = operation.Cast<duckdb::LogicalComparisonJoin>();
  using duckdb::JoinType;
  if (join.join_type != JoinType::SEMI && join.join_type != JoinType::ANTI &&
      join.join_type != JoinType::MARK) {
    return {};
  }
  std::vector<ExpressionPtr> keys;
  for (const duckdb::JoinCondition& condition : join.conditions) {
    const bool equality = condition.comparison == duckdb::ExpressionType::COMPARE_EQUAL ||
                          condition.comparison == duckdb::ExpressionType::COMPARE_NOT_DISTINCT_FROM;
    if (!equality || condition.right->IsVolatile() || condition.right->CanThrow()) return {};
    keys.push_back(condition.right->Copy());
  }
  return keys;
}

// References to the projection's columns become what they stand for.
void Substitute(duckdb::LogicalProjection& projection, ExpressionPtr& key) {
  duckdb::ExpressionIterator::VisitExpressionMutable<BoundColumnRefExpression>(
      key, [&](BoundColumnRefExpression& column, ExpressionPtr& place) {
        if (column.binding.table_index != projection.table_index) return;
        place = projection.expressions[column.binding.column_index]->Copy();
      });
}

bool CanBeKey(const Expression& key, const duckdb::vector<ColumnBinding>& input) {
  bool possible = !key.IsVolatile() && !key.CanThrow();
  duckdb::ExpressionIterator::VisitExpression<BoundColumnRefExpression>(
      key, [&](const BoundColumnRefExpression& column) {
        possible = possible && std::ranges::count(input, column.binding) > 0;
      });
  return possible;
}

void EndAtFirst(LogicalOperator& operation) {
  for (const auto& child : operation.children) EndAtFirst(*child);
  std::vector<ExpressionPtr> keys = InnerKeys(operation);
  if (keys.empty()) return;
  OperatorPtr* place = &operation.children[1];
  while ((*place)->type == LogicalOperatorType::LOGICAL_PROJECTION) {
    for (ExpressionPtr& key : keys) {
      Substitute((*place)->Cast<duckdb::LogicalProjection>(), key);
    }
    place = &(*place)->children[0];
  }
  SemanticMap* map = MapOfFilter(**place);
  auto* steps = dynamic_cast<SemanticFilter*>(place->get());
  if (map == nullptr && (steps == nullptr || steps->has_keys())) return;
  const auto input = (map != nullptr ? map->children[0] : steps->children[0])->GetColumnBindings();
  const auto can_be_key = [&](const ExpressionPtr& key) { return CanBeKey(*key, input); };
  if (!std::ranges::all_of(keys, can_be_key)) return;
  if (steps == nullptr) {
    if (!CanBeStep(**place, input)) return;
    auto single = duckdb::make_uniq<SemanticFilter>();
    single->children.push_back(std::move(map->children[0]));
    AddStep(*single, **place);
    steps = single.get();
    *place = std::move(single);
  }
  steps->SetKeys(std::move(keys));
}

}  // namespace

void FuseFilters(OperatorPtr& plan) {
  Fuse(plan);
  EndAtFirst(*plan);
}

}  // namespace fathom
