#include "duck/push_rule.h"

#include <string>
#include <utility>

#include "duck/call_finder.h"
#include "duck/deferred.h"
#include "duck/plan_operator.h"

namespace fathom {
namespace {

using duckdb::LogicalFilter;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;

// A filter that the pushdown does not know for one, and so leaves where it is.
class HeldFilter : public PlanOperator {
 public:
  explicit HeldFilter(duckdb::vector<ExpressionPtr> predicates)
      : PlanOperator(std::move(predicates)) {}

  duckdb::vector<duckdb::ColumnBinding> GetColumnBindings() override {
    return children[0]->GetColumnBindings();
  }
  duckdb::PhysicalOperator& CreatePlan(duckdb::ClientContext&,
                                       duckdb::PhysicalPlanGenerator&) override {
    throw duckdb::InternalException("HeldFilter is gone before planning");
  }
  std::string GetName() const override { return "HELD_FILTER"; }

 protected:
  void ResolveTypes() override { types = children[0]->types; }
};

void Hold(OperatorPtr& place) {
  for (OperatorPtr& child : place->children) Hold(child);
  if (place->type != LogicalOperatorType::LOGICAL_FILTER || place->HasProjectionMap()) return;
  auto& filter = place->Cast<LogicalFilter>();
  duckdb::vector<ExpressionPtr> semantic = TakeSemantic(filter);
  if (semantic.empty()) return;
  auto held = duckdb::make_uniq<HeldFilter>(std::move(semantic));
  held->children.push_back(filter.expressions.empty() ? std::move(filter.children[0])
                                                      : std::move(place));
  place = std::move(held);
}

void LetGo(OperatorPtr& place) {
  for (OperatorPtr& child : place->children) LetGo(child);
  auto* held = dynamic_cast<HeldFilter*>(place.get());
  if (held == nullptr) return;
  auto filter = duckdb::make_uniq<LogicalFilter>();
  filter->expressions = std::move(held->expressions);
  filter->children = std::move(held->children);
  place = std::move(filter);
}

// A set operation reads its branches' columns by their number. DuckDB puts a condition of a join
// above it on top of a branch's projection, where an operator of ours would add columns: a
// projection keeps them away.
void ProjectBranches(duckdb::Binder& binder, LogicalOperator& operation) {
  for (OperatorPtr& child : operation.children) ProjectBranches(binder, *child);
  if (operation.type != LogicalOperatorType::LOGICAL_UNION &&
      operation.type != LogicalOperatorType::LOGICAL_EXCEPT &&
      operation.type != LogicalOperatorType::LOGICAL_INTERSECT) {
    return;
  }
  for (OperatorPtr& child : operation.children) {
    if (child->type != LogicalOperatorType::LOGICAL_FILTER) continue;
    child->ResolveOperatorTypes();
    duckdb::vector<ExpressionPtr> columns;
    for (const duckdb::ColumnBinding binding : child->GetColumnBindings()) {
      columns.push_back(duckdb::make_uniq<duckdb::BoundColumnRefExpression>(
          child->types[columns.size()], binding));
    }
    auto projection = duckdb::make_uniq<duckdb::LogicalProjection>(binder.GenerateTableIndex(),
                                                                   std::move(columns));
    projection->children.push_back(std::move(child));
    child = std::move(projection);
  }
}

}  // namespace

void PushOrdinaryPredicates(duckdb::Optimizer& optimizer, OperatorPtr& plan) {
  Hold(plan);
  duckdb::FilterPushdown pushdown(optimizer);
  duckdb::unordered_set<duckdb::idx_t> top_bindings;
  pushdown.CheckMarkToSemi(*plan, top_bindings);
  plan = pushdown.Rewrite(std::move(plan));
  LetGo(plan);
  ProjectBranches(optimizer.binder, *plan);
}

}  // namespace fathom
