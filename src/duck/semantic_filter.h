// SemanticFilter: several ai_* predicates on one row, as one operator. It passes on the rows for
// which all are true and appends the columns of their calls, as the SemanticMaps and filters it
// stands for do. Which predicate comes first it decides while it runs (semantic_filter_chain.h).
#pragma once

#include <string>
#include <vector>

#include "duck/deferred.h"
#include "duck/duckdb_api.h"
#include "duck/semantic_map.h"

namespace fathom {

class SemanticFilter : public PlanOperator {
 public:
  SemanticFilter() = default;

  // `predicate` reads columns of `map` and of this operator's input, the calls of `map` the latter.
  void AddStep(SemanticMap& map, duckdb::vector<ExpressionPtr> predicate);

  // One row that passes is enough of those with equal `keys`, which read the input.
  void SetKeys(std::vector<ExpressionPtr> keys);
  bool has_keys() const { return keys_ > 0; }

  duckdb::vector<duckdb::ColumnBinding> GetColumnBindings() override;
  void ResolveColumnBindings(duckdb::ColumnBindingResolver& resolver,
                             duckdb::vector<duckdb::ColumnBinding>& bindings) override;
  duckdb::PhysicalOperator& CreatePlan(duckdb::ClientContext& context,
                                       duckdb::PhysicalPlanGenerator& planner) override;
  std::string GetName() const override { return "SEMANTIC_FILTER"; }
  duckdb::InsertionOrderPreservingMap<std::string> ParamsToString() const override;

 protected:
  void ResolveTypes() override;

 private:
  // `expressions` holds each step's calls and behind them its predicate; the keys come last.
  struct Step {
    size_t calls;
    size_t predicate;  // position in expressions
  };

  bool IsCall(size_t expression) const;

  size_t keys_ = 0;
  std::vector<Step> steps_;                     // in the order they were written
  std::vector<duckdb::ColumnBinding> outputs_;  // of the calls, in the order of expressions
};

}  // namespace fathom
