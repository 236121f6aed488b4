#include "duck/physical_semantic_map.h"

#include <deque>
#include <memory>
#include <utility>

#include "duck/collected_rows.h"
#include "duck/semantic_map.h"

namespace fathom {
namespace {

using duckdb::ClientContext;
using duckdb::DataChunk;
using duckdb::ExecutionContext;

// Rows wait here until a batch has come together.
class StreamState : public duckdb::OperatorState {
 public:
  StreamState(ClientContext& context, const std::vector<MapCall>& calls, size_t id)
      : reader(context, calls), cursor(context, calls, id) {}

  InputReader reader;
  RowCursor cursor;
  std::deque<std::unique_ptr<DataChunk>> waiting;
  bool input_taken = false;
};

// The next rows of `state`, if there are any to emit.
void EmitWaiting(StreamState& state, bool to_the_end, DataChunk& chunk) {
  if (state.waiting.empty()) return;
  const auto emitted = state.cursor.Emit(*state.waiting.front(), to_the_end, chunk);
  if (emitted == RowCursor::Emitted::kRest) {
    // `chunk` refers to the rows' memory through reference-counted buffers.
    state.waiting.pop_front();
  }
}

std::vector<std::shared_ptr<const AiCall>> CallsOf(const std::vector<MapCall>& map_calls) {
  std::vector<std::shared_ptr<const AiCall>> calls;
  for (const MapCall& call : map_calls) calls.push_back(call.call);
  return calls;
}

}  // namespace

PhysicalSemanticMap::PhysicalSemanticMap(duckdb::PhysicalPlan& plan, ClientContext& context,
                                         duckdb::vector<duckdb::LogicalType> types,
                                         std::vector<MapCall> calls,
                                         duckdb::PhysicalOperator& child, std::vector<bool> unread,
                                         bool streaming, duckdb::idx_t estimated_cardinality)
    : PhysicalOperator(plan, TYPE, std::move(types), estimated_cardinality),
      calls_(std::move(calls)),
      input_types_(child.types),
      collected_types_(child.types),
      unread_(std::move(unread)),
      query_(QueryState::Of(context)),
      id_(query_.PlanOperator(FunctionNames(CallsOf(calls_)))),
      streaming_(streaming),
      order_(duckdb::PhysicalPlanGenerator::OrderPreservationRecursive(child)) {
  collected_types_.resize(input_types_.size() + calls_.size(), duckdb::LogicalType::UBIGINT);
  if (!streaming && duckdb::PhysicalPlanGenerator::PreserveInsertionOrder(context, child)) {
    input_order_ = duckdb::PhysicalPlanGenerator::UseBatchIndex(context, child)
                       ? InputOrder::kBatchIndex
                       : InputOrder::kOneThread;
  }
}

duckdb::InsertionOrderPreservingMap<std::string> PhysicalSemanticMap::ParamsToString() const {
  auto result = DescribeCalls(CallsOf(calls_));
  if (const auto figures = query_.FiguresOf(id_)) {
    AddFigures(*figures, &result);
  } else {
    SetEstimatedCardinality(result, estimated_cardinality);
  }
  return result;
}

duckdb::unique_ptr<duckdb::GlobalOperatorState> PhysicalSemanticMap::GetGlobalOperatorState(
    ClientContext& context) const {
  QueryState::Of(context).HandOnSmallChunks(context);
  return duckdb::make_uniq<duckdb::GlobalOperatorState>();
}

duckdb::unique_ptr<duckdb::OperatorState> PhysicalSemanticMap::GetOperatorState(
    ExecutionContext& context) const {
  return duckdb::make_uniq<StreamState>(context.client, calls_, id_);
}

duckdb::OperatorResultType PhysicalSemanticMap::Execute(
    ExecutionContext& context, DataChunk& input, DataChunk& chunk, duckdb::GlobalOperatorState&,
    duckdb::OperatorState& operator_state) const {
  auto& state = operator_state.Cast<StreamState>();
  if (!state.input_taken) {
    state.cursor.Note(state.reader.Read(input));
    auto copy = std::make_unique<DataChunk>();
    copy->Initialize(duckdb::Allocator::Get(context.client), input_types_, input.size());
    input.Copy(*copy);
    state.waiting.push_back(std::move(copy));
    state.input_taken = true;
  }
  EmitWaiting(state, /*to_the_end=*/false, chunk);
  if (chunk.size() > 0) return duckdb::OperatorResultType::HAVE_MORE_OUTPUT;
  state.input_taken = false;
  return duckdb::OperatorResultType::NEED_MORE_INPUT;
}

duckdb::OperatorFinalizeResultType PhysicalSemanticMap::FinalExecute(
    ExecutionContext&, DataChunk& chunk, duckdb::GlobalOperatorState&,
    duckdb::OperatorState& operator_state) const {
  auto& state = operator_state.Cast<StreamState>();
  EmitWaiting(state, /*to_the_end=*/true, chunk);
  return state.waiting.empty() ? duckdb::OperatorFinalizeResultType::FINISHED
                               : duckdb::OperatorFinalizeResultType::HAVE_MORE_OUTPUT;
}

duckdb::OperatorPartitionInfo PhysicalSemanticMap::RequiredPartitionInfo() const {
  return input_order_ == InputOrder::kBatchIndex ? duckdb::OperatorPartitionInfo::BatchIndex()
                                                 : duckdb::OperatorPartitionInfo::NoPartitionInfo();
}

duckdb::unique_ptr<duckdb::GlobalSinkState> PhysicalSemanticMap::GetGlobalSinkState(
    ClientContext& context) const {
  return duckdb::make_uniq<CollectGlobalState>(context, collected_types_, calls_.size());
}

duckdb::unique_ptr<duckdb::LocalSinkState> PhysicalSemanticMap::GetLocalSinkState(
    ExecutionContext& context) const {
  return duckdb::make_uniq<CollectLocalState>(context.client, collected_types_, calls_);
}

duckdb::SinkResultType PhysicalSemanticMap::Sink(ExecutionContext&, DataChunk& chunk,
                                                 duckdb::OperatorSinkInput& input) const {
  auto& local = input.local_state.Cast<CollectLocalState>();
  DataChunk& rows = local.WithAddresses(chunk, unread_);
  if (input_order_ == InputOrder::kBatchIndex) {
    local.batches.Append(rows, local.partition_info.batch_index.GetIndex());
    return duckdb::SinkResultType::NEED_MORE_INPUT;
  }
  if (!local.thread.IsValid()) {
    local.thread = input.global_state.Cast<CollectGlobalState>().next_thread++;
  }
  local.batches.Append(rows, local.thread.GetIndex());
  return duckdb::SinkResultType::NEED_MORE_INPUT;
}

duckdb::SinkCombineResultType PhysicalSemanticMap::Combine(
    ExecutionContext&, duckdb::OperatorSinkCombineInput& input) const {
  input.global_state.Cast<CollectGlobalState>().Merge(input.local_state.Cast<CollectLocalState>());
  return duckdb::SinkCombineResultType::FINISHED;
}

duckdb::SinkFinalizeType PhysicalSemanticMap::Finalize(
    duckdb::Pipeline&, duckdb::Event&, ClientContext&,
    duckdb::OperatorSinkFinalizeInput& input) const {
  auto& global = input.global_state.Cast<CollectGlobalState>();
  global.rows = global.batches.FetchCollection();
  return duckdb::SinkFinalizeType::READY;
}

duckdb::unique_ptr<duckdb::GlobalSourceState> PhysicalSemanticMap::GetGlobalSourceState(
    ClientContext& context) const {
  QueryState::Of(context).HandOnSmallChunks(context);
  return duckdb::make_uniq<HandOutState>(context, *this, calls_, id_);
}

duckdb::unique_ptr<duckdb::LocalSourceState> PhysicalSemanticMap::GetLocalSourceState(
    ExecutionContext&, duckdb::GlobalSourceState&) const {
  return duckdb::make_uniq<HandOutLocalState>();
}

bool PhysicalSemanticMap::SupportsPartitioning(const duckdb::OperatorPartitionInfo& wanted) const {
  return !wanted.RequiresPartitionColumns();
}

duckdb::OperatorPartitionData PhysicalSemanticMap::GetPartitionData(
    ExecutionContext&, DataChunk&, duckdb::GlobalSourceState&,
    duckdb::LocalSourceState& local_state, const duckdb::OperatorPartitionInfo&) const {
  return duckdb::OperatorPartitionData(local_state.Cast<HandOutLocalState>().stretch);
}

duckdb::SourceResultType PhysicalSemanticMap::GetDataInternal(
    ExecutionContext&, DataChunk& chunk, duckdb::OperatorSourceInput& input) const {
  auto& state = input.global_state.Cast<HandOutState>();
  return state.Emit(input.local_state.Cast<HandOutLocalState>(), chunk)
             ? duckdb::SourceResultType::HAVE_MORE_OUTPUT
             : duckdb::SourceResultType::FINISHED;
}

}  // namespace fathom
