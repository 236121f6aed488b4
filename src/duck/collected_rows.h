// The rows that a SemanticMap has collected: each with the addresses of its inputs' memo entries,
// one UBIGINT column per call, 0 = NULL. They are handed out with answers in place of the
// addresses.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

#include "duck/duckdb_api.h"
#include "duck/row_cursor.h"

namespace fathom {

// One thread's.
class CollectLocalState : public duckdb::LocalSinkState {
 public:
  CollectLocalState(duckdb::ClientContext& context,
                    const duckdb::vector<duckdb::LogicalType>& types,
                    const std::vector<MapCall>& calls);

  // The rows of `chunk` as they are collected, valid until the next call; NULL in the columns that
  // are `unread` (empty = none).
  duckdb::DataChunk& WithAddresses(duckdb::DataChunk& chunk, const std::vector<bool>& unread);

  InputReader reader;
  duckdb::BatchedDataCollection batches;
  duckdb::optional_idx thread;  // stands in for the batch index where order does not matter

 private:
  duckdb::DataChunk rows_;
};

class CollectGlobalState : public duckdb::GlobalSinkState {
 public:
  CollectGlobalState(duckdb::ClientContext& context,
                     const duckdb::vector<duckdb::LogicalType>& types, size_t calls);

  // Takes what a thread has collected. Any number of threads at once.
  void Merge(CollectLocalState& local);

  RowEntries inputs;  // per call, each once a thread
  duckdb::BatchedDataCollection batches;
  std::atomic<duckdb::idx_t> next_thread{0};
  duckdb::unique_ptr<duckdb::ColumnDataCollection> rows;  // all of them, once finalized

 private:
  std::mutex mutex_;
};

class HandOutLocalState : public duckdb::LocalSourceState {
 public:
  bool asks = false;
  duckdb::idx_t stretch = 0;      // the batch index
  duckdb::idx_t chunks_left = 0;  // of the stretch
  duckdb::ColumnDataScanState scan;
  duckdb::DataChunk rows;
};

// Where the ledger has every answer, each thread hands out stretches of rows. Otherwise one asks,
// and the others are done at once.
class HandOutState : public duckdb::GlobalSourceState {
 public:
  // REQUIRES map.sink_state is a CollectGlobalState, finalized before anything else is called
  HandOutState(duckdb::ClientContext& context, const duckdb::PhysicalOperator& map,
               const std::vector<MapCall>& calls, size_t operator_id);

  duckdb::idx_t MaxThreads() override;

  // The next rows, with their answers; false at the end. Any number of threads at once, each with
  // its own state. Errors: as RowCursor::Emit.
  bool Emit(HandOutLocalState& local, duckdb::DataChunk& chunk);

 private:
  const duckdb::ColumnDataCollection& Rows() const;
  size_t InputColumns() const { return map_.types.size() - calls_.size(); }
  duckdb::idx_t Stretches() const;
  bool HasAllAnswers();
  bool LookUp();
  bool NextChunk(HandOutLocalState& local);
  bool EmitReady(HandOutLocalState& local, duckdb::DataChunk& chunk);
  void BeginAsking();
  bool EmitAsked(HandOutLocalState& local, duckdb::DataChunk& chunk);

  duckdb::ClientContext& context_;
  QueryState& query_;
  const duckdb::PhysicalOperator& map_;
  const std::vector<MapCall>& calls_;
  const size_t operator_id_;
  std::mutex mutex_;
  std::optional<bool> has_all_answers_;  // once it was looked up
  std::atomic<duckdb::idx_t> next_stretch_{0};
  std::atomic<bool> has_asker_{false};
  // Of the one that asks:
  RowCursor cursor_;
  duckdb::ColumnDataScanState scan_;
  duckdb::DataChunk front_;
  bool front_is_used_up_ = true;
};

}  // namespace fathom
