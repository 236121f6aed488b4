#include "duck/push_rule.h"

#include <string>
#include <utility>

#include "duck/call_finder.h"
#include "duck/deferred.h"
#include "duck/plan_operator.h"

namespace fathom {
namespace {

using duckdb::LogicalFilter;
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

}  // namespace

void PushOrdinaryPredicates(duckdb::Optimizer& optimizer, OperatorPtr& plan) {
  Hold(plan);
  duckdb::FilterPushdown pushdown(optimizer);
  duckdb::unordered_set<duckdb::idx_t> top_bindings;
  pushdown.CheckMarkToSemi(*plan, top_bindings);
  plan = pushdown.Rewrite(std::move(plan));
  LetGo(plan);
}

}  // namespace fathom
