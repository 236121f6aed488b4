// The core of SemanticMap: rows go in, and come out in the same order with an answer per call, the
// model being asked in growing batches of distinct inputs.
//
// Growing: the first batch is 16 inputs, each next one twice as large, up to 2048. A LIMIT above
// that is met early has paid for few rows too many, and a long run soon gives the model batches
// that fill it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_set>
#include <vector>

#include "duck/ai_call.h"
#include "duck/answer_memo.h"
#include "duck/duckdb_api.h"
#include "duck/query_state.h"

namespace fathom {

// Inputs that are asked about at once: first, and at most (some 100 tokens a row: 200 thousand
// tokens a job). Each batch is twice as large as the one before.
constexpr size_t kFirstBatch = 16;
constexpr size_t kLargestBatch = 2048;

// Appends to `entries` the memo entry of each row's arguments, VARCHAR columns of `rows` from
// `first` on, as many as `call` has; null for a row with a NULL among them.
void InternRows(const AiCall& call, MemoReader& memo, duckdb::DataChunk& rows, size_t first,
                std::vector<MemoEntry*>* entries);

// A call as an operator holds it.
struct MapCall {
  std::shared_ptr<const AiCall> call;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> arguments;  // over the operator's input
  bool needed = true;  // false: nothing above reads the column, it is NULL and costs nothing
};

// For each call of an operator the entries of some rows, in their order; null = the input is NULL.
using RowEntries = std::vector<std::vector<MemoEntry*>>;

// From rows to their inputs. Threads: one at a time; several may read for one operator.
class InputReader {
 public:
  InputReader(duckdb::ClientContext& context, const std::vector<MapCall>& calls);

  RowEntries Read(duckdb::DataChunk& rows);
  // The inputs of `call` that were read, each once.
  const std::vector<MemoEntry*>& met(size_t call) const { return memos_[call].met(); }

 private:
  const std::vector<MapCall>& calls_;
  RunMonitor& monitor_;
  std::vector<MemoReader> memos_;  // per call
  duckdb::ExpressionExecutor executor_;
  duckdb::DataChunk arguments_;  // of all calls that are needed, side by side
};

// Threads: one at a time.
class RowCursor {
 public:
  // `calls` outlives the cursor. `operator_id`: QueryState::PlanOperator.
  RowCursor(duckdb::ClientContext& context, const std::vector<MapCall>& calls, size_t operator_id);

  // Takes note of the next rows' inputs. The rows themselves stay with the caller, who hands the
  // same chunks to Emit in the same order.
  void Note(RowEntries entries);
  // The ledger has no answer to what was noted so far: the caller has looked.
  void SkipLookUp();

  enum class Emitted {
    kNothing,  // no whole batch has come together yet; never with `to_the_end`
    kSome,     // some rows of the chunk
    kRest,     // the last rows of the chunk: its successor is next
  };

  // Writes to `out` the next rows of `rows`, the oldest noted chunk that is not yet emitted to its
  // end, each followed by its answers. Without `to_the_end` the model is asked only about whole
  // batches. Errors: as QueryState::AnswerAll and WriteAnswers.
  Emitted Emit(duckdb::DataChunk& rows, bool to_the_end, duckdb::DataChunk& out);

 private:
  // What is known about one call's inputs.
  struct Inputs {
    const MapCall* map_call;
    std::vector<MemoEntry*> order;               // open ones in order of first appearance
    std::unordered_set<MemoEntry*> known;        // all that were ever in it
    size_t looked_up = 0;                        // order[0, looked_up) are not in the ledger
    bool announced = false;                      // the user was told what it will take
    size_t asked = 0;                            // order[0, asked) are ready
    size_t batch = kFirstBatch;                  // inputs to ask about next time
    std::deque<std::vector<MemoEntry*>> chunks;  // per noted chunk, per row
  };

  bool LookUp(Inputs& inputs);
  bool Ask(Inputs& inputs, bool to_the_end);
  size_t ReadyRows(Inputs& inputs, size_t count, bool to_the_end);

  duckdb::ClientContext& context_;
  QueryState& query_;
  const size_t operator_id_;
  std::vector<Inputs> inputs_;
  size_t offset_ = 0;  // rows of the front chunk already emitted
};

}  // namespace fathom
