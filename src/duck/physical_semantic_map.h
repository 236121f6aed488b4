// How SemanticMap runs. Two ways, one cursor:
//   collected  a sink takes in the whole input, so that the number of distinct inputs is known
//              before the first is asked; a source then hands out rows as their answers come. Rows
//              that nobody fetches (a LIMIT above) are not asked about.
//   streaming  an operator inside the pipeline, for an input that a LIMIT above may make
//              unnecessary to read to its end.
// The input is read in parallel when it is collected. While the model, the slow part by orders of
// magnitude, is being asked, rows are handed out on one thread, in the order of the input; where
// the ledger has every answer they are handed out in parallel.
#pragma once

#include <string>
#include <vector>

#include "duck/duckdb_api.h"
#include "duck/row_cursor.h"

namespace fathom {

class PhysicalSemanticMap : public duckdb::PhysicalOperator {
 public:
  static constexpr duckdb::PhysicalOperatorType TYPE = duckdb::PhysicalOperatorType::EXTENSION;

  PhysicalSemanticMap(duckdb::PhysicalPlan& plan, duckdb::ClientContext& context,
                      duckdb::vector<duckdb::LogicalType> types, std::vector<MapCall> calls,
                      duckdb::PhysicalOperator& child, std::vector<bool> unread, bool streaming,
                      duckdb::idx_t estimated_cardinality);

  std::string GetName() const override { return "SEMANTIC_MAP"; }
  duckdb::InsertionOrderPreservingMap<std::string> ParamsToString() const override;

  // Streaming: an operator.
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
  bool RequiresFinalExecute() const override { return streaming_; }

  // Collected: a sink ...
  bool IsSink() const override { return !streaming_; }
  bool ParallelSink() const override { return input_order_ != InputOrder::kOneThread; }
  bool SinkOrderDependent() const override { return input_order_ != InputOrder::kNone; }
  duckdb::OperatorPartitionInfo RequiredPartitionInfo() const override;
  duckdb::unique_ptr<duckdb::GlobalSinkState> GetGlobalSinkState(
      duckdb::ClientContext& context) const override;
  duckdb::unique_ptr<duckdb::LocalSinkState> GetLocalSinkState(
      duckdb::ExecutionContext& context) const override;
  duckdb::SinkResultType Sink(duckdb::ExecutionContext& context, duckdb::DataChunk& chunk,
                              duckdb::OperatorSinkInput& input) const override;
  duckdb::SinkCombineResultType Combine(duckdb::ExecutionContext& context,
                                        duckdb::OperatorSinkCombineInput& input) const override;
  duckdb::SinkFinalizeType Finalize(duckdb::Pipeline& pipeline, duckdb::Event& event,
                                    duckdb::ClientContext& context,
                                    duckdb::OperatorSinkFinalizeInput& input) const override;
  // ... and a source.
  bool IsSource() const override { return !streaming_; }
  bool ParallelSource() const override { return true; }
  bool SupportsPartitioning(const duckdb::OperatorPartitionInfo& wanted) const override;
  duckdb::OperatorPartitionData GetPartitionData(
      duckdb::ExecutionContext& context, duckdb::DataChunk& chunk,
      duckdb::GlobalSourceState& global_state, duckdb::LocalSourceState& local_state,
      const duckdb::OperatorPartitionInfo& wanted) const override;
  duckdb::OrderPreservationType SourceOrder() const override { return order_; }
  duckdb::unique_ptr<duckdb::GlobalSourceState> GetGlobalSourceState(
      duckdb::ClientContext& context) const override;
  duckdb::unique_ptr<duckdb::LocalSourceState> GetLocalSourceState(
      duckdb::ExecutionContext& context, duckdb::GlobalSourceState& global_state) const override;
  duckdb::SourceResultType GetDataInternal(duckdb::ExecutionContext& context,
                                           duckdb::DataChunk& chunk,
                                           duckdb::OperatorSourceInput& input) const override;

 private:
  enum class InputOrder { kNone, kBatchIndex, kOneThread };  // how the sink keeps the input's order

  std::vector<MapCall> calls_;
  duckdb::vector<duckdb::LogicalType> input_types_;
  // What is collected: the input, and for each call the address of every row's MemoEntry.
  duckdb::vector<duckdb::LogicalType> collected_types_;
  std::vector<bool> unread_;  // columns of the input that are not kept; empty = all are
  QueryState& query_;         // of the connection, which outlives its plans
  const size_t id_;           // QueryState::PlanOperator
  bool streaming_;
  duckdb::OrderPreservationType order_;
  InputOrder input_order_ = InputOrder::kNone;
};

}  // namespace fathom
