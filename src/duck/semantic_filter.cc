#include "duck/semantic_filter.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "duck/ai_call.h"
#include "duck/call_finder.h"
#include "duck/physical_semantic_filter.h"
#include "duck/query_state.h"
#include "duckdb/execution/column_binding_resolver.hpp"

namespace fathom {

void SemanticFilter::AddStep(SemanticMap& map, duckdb::vector<ExpressionPtr> predicate) {
  Step step{map.expressions.size(), 0};
  for (size_t i = 0; i < map.expressions.size(); ++i) {
    outputs_.push_back(map.Output(i));
    expressions.push_back(std::move(map.expressions[i]));
  }
  step.predicate = expressions.size();
  expressions.push_back(Conjunction(std::move(predicate)));
  steps_.push_back(step);
}

void SemanticFilter::SetKeys(std::vector<ExpressionPtr> keys) {
  FATHOM_ASSERT(keys_ == 0);
  keys_ = keys.size();
  std::ranges::move(keys, std::back_inserter(expressions));
}

bool SemanticFilter::IsCall(size_t expression) const {
  if (expression >= expressions.size() - keys_) return false;
  return std::ranges::none_of(steps_,
                              [&](const Step& step) { return step.predicate == expression; });
}

duckdb::vector<duckdb::ColumnBinding> SemanticFilter::GetColumnBindings() {
  auto bindings = children[0]->GetColumnBindings();
  bindings.insert(bindings.end(), outputs_.begin(), outputs_.end());
  return bindings;
}

void SemanticFilter::ResolveTypes() {
  types = children[0]->types;
  for (size_t i = 0; i < expressions.size(); ++i) {
    if (IsCall(i)) types.push_back(expressions[i]->return_type);
  }
}

// Calls read the input, predicates also the calls, of which the resolver knows nothing yet.
void SemanticFilter::ResolveColumnBindings(duckdb::ColumnBindingResolver& resolver,
                                           duckdb::vector<duckdb::ColumnBinding>& bindings) {
  resolver.VisitOperator(*children[0]);
  for (size_t i = 0; i < expressions.size(); ++i) {
    const bool is_key = i >= expressions.size() - keys_;
    if (is_key || IsCall(i)) resolver.VisitExpression(&expressions[i]);
  }
  bindings = GetColumnBindings();
  for (const Step& step : steps_) {
    duckdb::ExpressionIterator::VisitExpressionMutable<duckdb::BoundColumnRefExpression>(
        expressions[step.predicate],
        [&](duckdb::BoundColumnRefExpression& column, ExpressionPtr& place) {
          const auto found = std::ranges::find(bindings, column.binding);
          FATHOM_ASSERT(found != bindings.end());
          place = duckdb::make_uniq<duckdb::BoundReferenceExpression>(
              column.return_type, static_cast<duckdb::idx_t>(found - bindings.begin()));
        });
  }
}

duckdb::PhysicalOperator& SemanticFilter::CreatePlan(duckdb::ClientContext& context,
                                                     duckdb::PhysicalPlanGenerator& planner) {
  const duckdb::idx_t rows = EstimateCardinality(context);  // before planning takes children apart
  duckdb::PhysicalOperator& child = planner.CreatePlan(*children[0]);
  FilterPlan plan{.steps = {}, .keys = {}, .input_types = child.types, .output_types = types};
  size_t column = child.types.size();
  for (const Step& step : steps_) {
    FilterStep& planned = plan.steps.emplace_back();
    for (size_t i = step.predicate - step.calls; i < step.predicate; ++i) {
      auto& function = expressions[i]->Cast<duckdb::BoundFunctionExpression>();
      planned.calls.push_back({AsAiCall(function), std::move(function.children), true});
    }
    planned.first_column = column;
    column += step.calls;
    planned.predicate = std::move(expressions[step.predicate]);
  }
  for (size_t i = expressions.size() - keys_; i < expressions.size(); ++i) {
    plan.keys.push_back(std::move(expressions[i]));
  }
  duckdb::PhysicalOperator& made =
      planner.Make<PhysicalSemanticFilter>(QueryState::Of(context), types, std::move(plan), rows);
  made.children.push_back(child);
  return made;
}

duckdb::InsertionOrderPreservingMap<std::string> SemanticFilter::ParamsToString() const {
  std::vector<std::shared_ptr<const AiCall>> calls;
  for (size_t i = 0; i < expressions.size(); ++i) {
    if (IsCall(i)) calls.push_back(AsAiCall(*expressions[i]));
  }
  return DescribeCalls(calls);
}

}  // namespace fathom
