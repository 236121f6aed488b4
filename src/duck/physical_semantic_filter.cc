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

std::vector<std::shared_ptr<const AiCall>> CallsOf(const FilterPlan& filter) {
  std::vector<std::shared_ptr<const AiCall>> calls;
  for (const FilterStep& step : filter.steps) {
    for (const MapCall& call : step.calls) calls.push_back(call.call);
  }
  return calls;
}

}  // namespace

PhysicalSemanticFilter::PhysicalSemanticFilter(duckdb::PhysicalPlan& plan, QueryState& query,
                                               duckdb::vector<duckdb::LogicalType> types,
                                               FilterPlan filter,
                                               duckdb::idx_t estimated_cardinality)
    : PhysicalOperator(plan, TYPE, std::move(types), estimated_cardinality),
      query_(query),
      filter_(std::move(filter)) {
  filter_.operator_id = query_.PlanOperator(FunctionNames(CallsOf(filter_)));
}

duckdb::InsertionOrderPreservingMap<std::string> PhysicalSemanticFilter::ParamsToString() const {
  auto result = DescribeCalls(CallsOf(filter_));
  if (!filter_.keys.empty()) result["Ends"] = "at the first row of a key that passes";
  if (const auto figures = query_.FiguresOf(filter_.operator_id)) {
    AddFigures(*figures, &result);
  } else {
    SetEstimatedCardinality(result, estimated_cardinality);
  }
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
