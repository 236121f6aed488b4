#include "duck/physical_semantic_filter.h"

#include <memory>
#include <utility>

#include "duck/query_state.h"
#include "duck/semantic_map.h"

namespace fathom {
namespace {

class FilterState : public duckdb::OperatorState {
 public:
  FilterState(duckdb::ClientContext& context, const FilterPlan& filter) : chain(context, filter) {}

  SemanticFilterChain chain;
  size_t taken = 0;  // rows of the current input
};

}  // namespace

PhysicalSemanticFilter::PhysicalSemanticFilter(duckdb::PhysicalPlan& plan,
                                               duckdb::vector<duckdb::LogicalType> types,
                                               FilterPlan filter,
                                               duckdb::idx_t estimated_cardinality)
    : PhysicalOperator(plan, TYPE, std::move(types), estimated_cardinality),
      filter_(std::move(filter)) {}

duckdb::InsertionOrderPreservingMap<std::string> PhysicalSemanticFilter::ParamsToString() const {
  std::vector<std::shared_ptr<const AiCall>> calls;
  for (const FilterStep& step : filter_.steps) {
    for (const MapCall& call : step.calls) calls.push_back(call.call);
  }
  auto result = DescribeCalls(calls);
  if (!filter_.keys.empty()) result["Ends"] = "at the first row of a key that passes";
  SetEstimatedCardinality(result, estimated_cardinality);
  return result;
}

duckdb::unique_ptr<duckdb::GlobalOperatorState> PhysicalSemanticFilter::GetGlobalOperatorState(
    duckdb::ClientContext& context) const {
  QueryState::Of(context).HandOnSmallChunks(context);
  return duckdb::make_uniq<duckdb::GlobalOperatorState>();
}

duckdb::unique_ptr<duckdb::OperatorState> PhysicalSemanticFilter::GetOperatorState(
    duckdb::ExecutionContext& context) const {
  return duckdb::make_uniq<FilterState>(context.client, filter_);
}

duckdb::OperatorResultType PhysicalSemanticFilter::Execute(
    duckdb::ExecutionContext&, duckdb::DataChunk& input, duckdb::DataChunk& chunk,
    duckdb::GlobalOperatorState&, duckdb::OperatorState& operator_state) const {
  auto& state = operator_state.Cast<FilterState>();
  while (!state.chain.Emit(/*to_the_end=*/false, chunk)) {
    if (state.taken == input.size()) {
      state.taken = 0;
      return duckdb::OperatorResultType::NEED_MORE_INPUT;
    }
    state.taken += state.chain.Take(input, state.taken);
  }
  return duckdb::OperatorResultType::HAVE_MORE_OUTPUT;
}

duckdb::OperatorFinalizeResultType PhysicalSemanticFilter::FinalExecute(
    duckdb::ExecutionContext&, duckdb::DataChunk& chunk, duckdb::GlobalOperatorState&,
    duckdb::OperatorState& operator_state) const {
  auto& state = operator_state.Cast<FilterState>();
  return state.chain.Emit(/*to_the_end=*/true, chunk)
             ? duckdb::OperatorFinalizeResultType::HAVE_MORE_OUTPUT
             : duckdb::OperatorFinalizeResultType::FINISHED;
}

}  // namespace fathom
