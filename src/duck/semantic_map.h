// SemanticMap: the operator that evaluates ai_* calls. It passes its input through and appends one
// column per call.
//
// Logical shape: column bindings are the child's, followed by (table_index, 0..calls-1).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "duck/duckdb_api.h"
#include "duck/plan_operator.h"
#include "duck/row_cursor.h"

namespace fathom {

class SemanticMap : public PlanOperator {
 public:
  // REQUIRES every expression is a bound ai_* call (AsAiCall)
  SemanticMap(duckdb::idx_t table_index,
              duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> calls);

  duckdb::ColumnBinding Output(size_t call) const { return {table_index_, call}; }
  duckdb::idx_t table_index() const { return table_index_; }

  // A LIMIT above may end the query early: read the input bit by bit instead of all of it first.
  void SetStreaming() { streaming_ = true; }
  // Nothing above reads these of the columns that come up: they need not be kept.
  void SetUnread(std::vector<bool> columns) { unread_ = std::move(columns); }
  // Nothing above reads this call's column.
  void SetUnused(size_t call) { unused_[call] = true; }

  duckdb::vector<duckdb::ColumnBinding> GetColumnBindings() override;
  duckdb::PhysicalOperator& CreatePlan(duckdb::ClientContext& context,
                                       duckdb::PhysicalPlanGenerator& planner) override;
  std::string GetName() const override { return "SEMANTIC_MAP"; }
  duckdb::InsertionOrderPreservingMap<std::string> ParamsToString() const override;

 protected:
  void ResolveTypes() override;

 private:
  duckdb::idx_t table_index_;
  std::vector<bool> unused_;  // per call
  std::vector<bool> unread_;  // per column of the child; empty = all are read
  bool streaming_ = false;
};

// `operation` as a SemanticMap, or null.
SemanticMap* AsSemanticMap(duckdb::LogicalOperator& operation);

// "ai_filter, ai_score"
std::string FunctionNames(const std::vector<std::shared_ptr<const AiCall>>& calls);

// What EXPLAIN shows of the calls.
duckdb::InsertionOrderPreservingMap<std::string> DescribeCalls(
    const std::vector<std::shared_ptr<const AiCall>>& calls);

}  // namespace fathom
