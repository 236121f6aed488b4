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

}  // namespace

void FuseFilters(OperatorPtr& plan) { Fuse(plan); }

}  // namespace fathom
