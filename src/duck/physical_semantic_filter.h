// How SemanticFilter runs: an operator inside its pipeline, on one thread, in the order of the
// input. The model is the slow part by orders of magnitude.
#pragma once

#include <string>
#include <vector>

#include "duck/duckdb_api.h"
#include "duck/semantic_filter_chain.h"

namespace fathom {

class QueryState;

class PhysicalSemanticFilter : public duckdb::PhysicalOperator {
 public:
  static constexpr duckdb::PhysicalOperatorType TYPE = duckdb::PhysicalOperatorType::EXTENSION;

  PhysicalSemanticFilter(duckdb::PhysicalPlan& plan, QueryState& query,
                         duckdb::vector<duckdb::LogicalType> types, FilterPlan filter,
                         duckdb::idx_t estimated_cardinality);

  std::string GetName() const override { return "SEMANTIC_FILTER"; }
  duckdb::InsertionOrderPreservingMap<std::string> ParamsToString() const override;

  duckdb::unique_ptr<duckdb::GlobalOperatorState> GetGlobalOperatorState(
      duckdb::ClientContext& context) const override;
  duckdb::unique_ptr<duckdb::OperatorState> GetOperatorState(
      duckdb::ExecutionContext& context) const override;
  duckdb::OperatorResultType Execute(duckdb::ExecutionContext& context, duckdb::DataChunk& input,
                                     duckdb::DataChunk& chunk, duckdb::GlobalOperatorState& gstate,
                                     duckdb::OperatorState& state) const override;
  duckdb::OperatorFinalizeResultType FinalExecute(duckdb::ExecutionContext& context,
                                                  duckdb::DataChunk& chunk,
                                                  duckdb::GlobalOperatorState& gstate,
                                                  duckdb::OperatorState& state) const override;
  bool ParallelOperator() const override { return false; }
  bool RequiresFinalExecute() const override { return true; }

 private:
  QueryState& query_;  // of the connection, which outlives its plans
  FilterPlan filter_;
};

}  // namespace fathom
