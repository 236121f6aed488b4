#include "duck/physical_semantic_map.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>

#include "duck/answer_vector.h"
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

using Types = duckdb::vector<duckdb::LogicalType>;

class CollectGlobalState : public duckdb::GlobalSinkState {
 public:
  CollectGlobalState(ClientContext& context, const Types& types, size_t calls)
      : inputs(calls),
        batches(context, types, duckdb::ColumnDataAllocatorType::BUFFER_MANAGER_ALLOCATOR) {}

  std::mutex mutex;
  RowEntries inputs;  // per call, each once a thread
  duckdb::BatchedDataCollection batches;
  std::atomic<duckdb::idx_t> next_thread{0};
  duckdb::unique_ptr<duckdb::ColumnDataCollection> rows;  // all of them, once finalized
};

class CollectLocalState : public duckdb::LocalSinkState {
 public:
  CollectLocalState(ClientContext& context, const Types& types, const std::vector<MapCall>& calls)
      : reader(context, calls),
        batches(context, types, duckdb::ColumnDataAllocatorType::BUFFER_MANAGER_ALLOCATOR) {
    rows.Initialize(duckdb::Allocator::Get(context), types);
  }

  InputReader reader;
  DataChunk rows;  // as they are collected
  duckdb::BatchedDataCollection batches;
  duckdb::optional_idx thread;  // stands in for the batch index where order does not matter
};

void WriteAddresses(const std::vector<MemoEntry*>& entries, duckdb::Vector& column) {
  auto* addresses = duckdb::FlatVector::GetData<uint64_t>(column);
  for (size_t i = 0; i < entries.size(); ++i) {
    addresses[i] = reinterpret_cast<uint64_t>(entries[i]);
  }
}

std::vector<MemoEntry*> ReadAddresses(const duckdb::Vector& column, size_t count) {
  const auto* addresses = duckdb::FlatVector::GetData<uint64_t>(column);
  std::vector<MemoEntry*> entries(count);
  for (size_t i = 0; i < count; ++i) entries[i] = reinterpret_cast<MemoEntry*>(addresses[i]);
  return entries;
}

// The columns [first, first + count).
duckdb::vector<duckdb::column_t> Columns(size_t first, size_t count) {
  duckdb::vector<duckdb::column_t> columns(count);
  std::iota(columns.begin(), columns.end(), first);
  return columns;
}

// Rows are handed out in parallel by stretches of so many chunks: 120 thousand rows.
constexpr duckdb::idx_t kChunksPerStretch = 60;

// Before the first chunk of a stretch.
void Seek(const duckdb::ColumnDataCollection& rows, duckdb::idx_t stretch,
          duckdb::ColumnDataScanState* scan) {
  rows.InitializeScan(*scan);
  duckdb::idx_t chunk = stretch * kChunksPerStretch;
  for (const auto& segment : rows.GetSegments()) {
    if (chunk < segment->ChunkCount()) break;
    chunk -= segment->ChunkCount();
    ++scan->segment_index;
  }
  scan->chunk_index = chunk;
}

}  // namespace

class HandOutState : public duckdb::GlobalSourceState {
 public:
  HandOutState(ClientContext& context, const PhysicalSemanticMap& map,
               const std::vector<MapCall>& calls, size_t id)
      : cursor(context, calls, id), context_(context), map_(map), calls_(calls), id_(id) {}

  duckdb::idx_t MaxThreads() override { return std::max<duckdb::idx_t>(1, Stretches()); }
  duckdb::idx_t Stretches() const {
    return (rows().ChunkCount() + kChunksPerStretch - 1) / kChunksPerStretch;
  }
  const duckdb::ColumnDataCollection& rows() const { return *Collected().rows; }

  // Reads from the ledger what it has; every thread calls this first. Is every answer there?
  bool Begin() {
    std::lock_guard lock(mutex_);
    if (!all_ready_) all_ready_ = LookUp();
    return *all_ready_;
  }

  // Two passes over the rows: the first tells the cursor all inputs, the second hands them out.
  void BeginAsking() {
    const size_t inputs = map_.types.size() - calls_.size();
    duckdb::ColumnDataScanState pass;
    rows().InitializeScan(pass, Columns(inputs, calls_.size()));
    DataChunk addresses;
    rows().InitializeScanChunk(pass, addresses);
    while (rows().Scan(pass, addresses)) {
      RowEntries entries;
      for (const duckdb::Vector& column : addresses.data) {
        entries.push_back(ReadAddresses(column, addresses.size()));
      }
      cursor.Note(std::move(entries));
    }
    rows().InitializeScan(second_pass, Columns(0, inputs));
    rows().InitializeScanChunk(second_pass, front);
  }

  std::atomic<duckdb::idx_t> next_stretch{0};

  // For the one thread that asks:
  std::atomic<bool> has_asker{false};
  RowCursor cursor;
  duckdb::ColumnDataScanState second_pass;
  DataChunk front;
  bool front_is_used_up = true;

 private:
  CollectGlobalState& Collected() const { return map_.sink_state->Cast<CollectGlobalState>(); }

  bool LookUp() {
    bool all_ready = true;
    for (size_t i = 0; i < calls_.size(); ++i) {
      std::vector<MemoEntry*>& inputs = Collected().inputs[i];
      std::ranges::sort(inputs);
      inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
      QueryState::Of(context_).LookUp(context_, *calls_[i].call, inputs, id_);
      all_ready = all_ready && std::ranges::all_of(inputs, &MemoEntry::ready);
    }
    return all_ready;
  }

  ClientContext& context_;
  const PhysicalSemanticMap& map_;
  const std::vector<MapCall>& calls_;
  const size_t id_;
  std::mutex mutex_;
  std::optional<bool> all_ready_;  // once it was looked up
};

class HandOutLocalState : public duckdb::LocalSourceState {
 public:
  bool asks = false;
  duckdb::idx_t stretch = 0;      // the batch index
  duckdb::idx_t chunks_left = 0;  // of the stretch
  duckdb::ColumnDataScanState scan;
  DataChunk rows;
};

namespace {

// The next chunk of the stretches that this thread takes; false at the end.
bool NextChunk(HandOutState& state, HandOutLocalState& local) {
  if (local.chunks_left == 0) {
    local.stretch = state.next_stretch++;
    if (local.stretch >= state.Stretches()) return false;
    local.chunks_left = kChunksPerStretch;
    Seek(state.rows(), local.stretch, &local.scan);
    if (local.rows.ColumnCount() == 0) state.rows().InitializeScanChunk(local.scan, local.rows);
  }
  --local.chunks_left;
  // The last stretch may be shorter.
  return state.rows().Scan(local.scan, local.rows);
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
  const RowEntries entries = local.reader.Read(chunk);
  const size_t columns = chunk.ColumnCount();
  for (size_t i = 0; i < columns; ++i) {
    if (!unread_.empty() && unread_[i]) {
      local.rows.data[i].Reference(duckdb::Value(input_types_[i]));
    } else {
      local.rows.data[i].Reference(chunk.data[i]);
    }
  }
  for (size_t i = 0; i < entries.size(); ++i)
    WriteAddresses(entries[i], local.rows.data[columns + i]);
  local.rows.SetCardinality(chunk.size());
  if (input_order_ == InputOrder::kBatchIndex) {
    local.batches.Append(local.rows, local.partition_info.batch_index.GetIndex());
    return duckdb::SinkResultType::NEED_MORE_INPUT;
  }
  if (!local.thread.IsValid()) {
    local.thread = input.global_state.Cast<CollectGlobalState>().next_thread++;
  }
  local.batches.Append(local.rows, local.thread.GetIndex());
  return duckdb::SinkResultType::NEED_MORE_INPUT;
}

duckdb::SinkCombineResultType PhysicalSemanticMap::Combine(
    ExecutionContext&, duckdb::OperatorSinkCombineInput& input) const {
  auto& global = input.global_state.Cast<CollectGlobalState>();
  std::lock_guard lock(global.mutex);
  auto& local = input.local_state.Cast<CollectLocalState>();
  global.batches.Merge(local.batches);
  for (size_t i = 0; i < calls_.size(); ++i) {
    const std::vector<MemoEntry*>& met = local.reader.met(i);
    global.inputs[i].insert(global.inputs[i].end(), met.begin(), met.end());
  }
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
  auto& local = input.local_state.Cast<HandOutLocalState>();
  if (state.rows().Count() == 0) return duckdb::SourceResultType::FINISHED;
  if (!local.asks && !state.Begin()) {
    if (state.has_asker.exchange(true)) return duckdb::SourceResultType::FINISHED;
    local.asks = true;
    state.BeginAsking();
  }
  const bool more = local.asks ? EmitAsked(state, local, chunk) : EmitReady(state, local, chunk);
  return more ? duckdb::SourceResultType::HAVE_MORE_OUTPUT : duckdb::SourceResultType::FINISHED;
}

// Every answer is there: a chunk of one of the stretches that this thread takes.
bool PhysicalSemanticMap::EmitReady(HandOutState& state, HandOutLocalState& local,
                                    DataChunk& chunk) const {
  if (!NextChunk(state, local)) return false;
  const size_t columns = input_types_.size();
  const size_t count = local.rows.size();
  for (size_t i = 0; i < columns; ++i) chunk.data[i].Reference(local.rows.data[i]);
  for (size_t i = 0; i < calls_.size(); ++i) {
    const auto entries = ReadAddresses(local.rows.data[columns + i], count);
    duckdb::Vector& answers = chunk.data[columns + i];
    query_.CountRows(id_, WriteAnswers(*calls_[i].call, entries, query_.monitor(), answers));
  }
  chunk.SetCardinality(count);
  return true;
}

// The next rows in the order of the input, once the model has answered.
bool PhysicalSemanticMap::EmitAsked(HandOutState& state, HandOutLocalState& local,
                                    DataChunk& chunk) const {
  if (state.front_is_used_up) {
    if (!state.rows().Scan(state.second_pass, state.front)) return false;
    if (local.chunks_left == 0) {
      local.chunks_left = kChunksPerStretch;
      local.stretch = state.next_stretch++;
    }
    --local.chunks_left;
  }
  const auto emitted = state.cursor.Emit(state.front, /*to_the_end=*/true, chunk);
  FATHOM_ASSERT(emitted != RowCursor::Emitted::kNothing);
  state.front_is_used_up = emitted == RowCursor::Emitted::kRest;
  return true;
}

}  // namespace fathom
