#include "duck/collected_rows.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

#include "base/assert.h"
#include "duck/answer_vector.h"

namespace fathom {
namespace {

constexpr duckdb::idx_t kChunksPerStretch = 60;  // 120 thousand rows

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

// Entries of one table, of several threads.
std::vector<MemoEntry*> EachOnce(const std::vector<MemoEntry*>& entries) {
  std::vector<bool> seen;
  std::vector<MemoEntry*> once;
  once.reserve(entries.size());
  for (MemoEntry* entry : entries) {
    if (entry->number() >= seen.size()) seen.resize(2 * entry->number() + 1);
    if (!seen[entry->number()]) once.push_back(entry);
    seen[entry->number()] = true;
  }
  return once;
}

// The columns [first, first + count).
duckdb::vector<duckdb::column_t> Columns(size_t first, size_t count) {
  duckdb::vector<duckdb::column_t> columns(count);
  std::iota(columns.begin(), columns.end(), first);
  return columns;
}

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

CollectLocalState::CollectLocalState(duckdb::ClientContext& context,
                                     const duckdb::vector<duckdb::LogicalType>& types,
                                     const std::vector<MapCall>& calls)
    : reader(context, calls),
      batches(context, types, duckdb::ColumnDataAllocatorType::BUFFER_MANAGER_ALLOCATOR) {
  rows_.Initialize(duckdb::Allocator::Get(context), types);
}

duckdb::DataChunk& CollectLocalState::WithAddresses(duckdb::DataChunk& chunk,
                                                    const std::vector<bool>& unread) {
  const size_t columns = chunk.ColumnCount();
  for (size_t i = 0; i < columns; ++i) {
    if (!unread.empty() && unread[i]) {
      rows_.data[i].Reference(duckdb::Value(chunk.data[i].GetType()));
    } else {
      rows_.data[i].Reference(chunk.data[i]);
    }
  }
  const RowEntries entries = reader.Read(chunk);
  for (size_t i = 0; i < entries.size(); ++i) WriteAddresses(entries[i], rows_.data[columns + i]);
  rows_.SetCardinality(chunk.size());
  return rows_;
}

CollectGlobalState::CollectGlobalState(duckdb::ClientContext& context,
                                       const duckdb::vector<duckdb::LogicalType>& types,
                                       size_t calls)
    : inputs(calls),
      batches(context, types, duckdb::ColumnDataAllocatorType::BUFFER_MANAGER_ALLOCATOR) {}

void CollectGlobalState::Merge(CollectLocalState& local) {
  std::lock_guard lock(mutex_);
  batches.Merge(local.batches);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<MemoEntry*>& met = local.reader.met(i);
    inputs[i].insert(inputs[i].end(), met.begin(), met.end());
  }
}

HandOutState::HandOutState(duckdb::ClientContext& context, const duckdb::PhysicalOperator& map,
                           const std::vector<MapCall>& calls, size_t operator_id)
    : context_(context),
      query_(QueryState::Of(context)),
      map_(map),
      calls_(calls),
      operator_id_(operator_id),
      cursor_(context, calls, operator_id) {}

const duckdb::ColumnDataCollection& HandOutState::Rows() const {
  return *map_.sink_state->Cast<CollectGlobalState>().rows;
}

duckdb::idx_t HandOutState::Stretches() const {
  return (Rows().ChunkCount() + kChunksPerStretch - 1) / kChunksPerStretch;
}

duckdb::idx_t HandOutState::MaxThreads() { return std::max<duckdb::idx_t>(1, Stretches()); }

bool HandOutState::Emit(HandOutLocalState& local, duckdb::DataChunk& chunk) {
  if (Rows().Count() == 0) return false;
  if (!local.asks) {
    if (HasAllAnswers()) return EmitReady(local, chunk);
    if (has_asker_.exchange(true)) return false;
    local.asks = true;
    BeginAsking();
  }
  return EmitAsked(local, chunk);
}

// The first thread looks them up, the others wait.
bool HandOutState::HasAllAnswers() {
  std::lock_guard lock(mutex_);
  if (!has_all_answers_) has_all_answers_ = LookUp();
  return *has_all_answers_;
}

bool HandOutState::LookUp() {
  bool found_all = true;
  for (size_t i = 0; i < calls_.size(); ++i) {
    const std::vector<MemoEntry*> inputs =
        EachOnce(map_.sink_state->Cast<CollectGlobalState>().inputs[i]);
    query_.LookUp(context_, *calls_[i].call, inputs, operator_id_);
    found_all = found_all && std::ranges::all_of(inputs, &MemoEntry::ready);
  }
  return found_all;
}

// The next chunk of the stretches that this thread takes; false at the end.
bool HandOutState::NextChunk(HandOutLocalState& local) {
  if (local.chunks_left == 0) {
    local.stretch = next_stretch_++;
    if (local.stretch >= Stretches()) return false;
    local.chunks_left = kChunksPerStretch;
    Seek(Rows(), local.stretch, &local.scan);
    if (local.rows.ColumnCount() == 0) Rows().InitializeScanChunk(local.scan, local.rows);
  }
  --local.chunks_left;
  return Rows().Scan(local.scan, local.rows);  // the last stretch may be shorter
}

bool HandOutState::EmitReady(HandOutLocalState& local, duckdb::DataChunk& chunk) {
  if (!NextChunk(local)) return false;
  const size_t columns = InputColumns();
  const size_t count = local.rows.size();
  for (size_t i = 0; i < columns; ++i) chunk.data[i].Reference(local.rows.data[i]);
  for (size_t i = 0; i < calls_.size(); ++i) {
    const auto entries = ReadAddresses(local.rows.data[columns + i], count);
    duckdb::Vector& answers = chunk.data[columns + i];
    query_.CountRows(operator_id_,
                     WriteAnswers(*calls_[i].call, entries, query_.monitor(), answers));
  }
  chunk.SetCardinality(count);
  return true;
}

// Two passes over the rows: the first tells the cursor all inputs, the second hands them out.
void HandOutState::BeginAsking() {
  duckdb::ColumnDataScanState pass;
  Rows().InitializeScan(pass, Columns(InputColumns(), calls_.size()));
  duckdb::DataChunk addresses;
  Rows().InitializeScanChunk(pass, addresses);
  while (Rows().Scan(pass, addresses)) {
    RowEntries entries;
    for (const duckdb::Vector& column : addresses.data) {
      entries.push_back(ReadAddresses(column, addresses.size()));
    }
    cursor_.Note(std::move(entries));
  }
  cursor_.SkipLookUp();
  Rows().InitializeScan(scan_, Columns(0, InputColumns()));
  Rows().InitializeScanChunk(scan_, front_);
}

bool HandOutState::EmitAsked(HandOutLocalState& local, duckdb::DataChunk& chunk) {
  if (front_is_used_up_) {
    if (!Rows().Scan(scan_, front_)) return false;
    if (local.chunks_left == 0) {
      local.chunks_left = kChunksPerStretch;
      local.stretch = next_stretch_++;
    }
    --local.chunks_left;
  }
  const auto emitted = cursor_.Emit(front_, /*to_the_end=*/true, chunk);
  FATHOM_ASSERT(emitted != RowCursor::Emitted::kNothing);
  front_is_used_up_ = emitted == RowCursor::Emitted::kRest;
  return true;
}

}  // namespace fathom
