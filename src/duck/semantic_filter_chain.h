// The core of SemanticFilter: rows go in, those that all predicates let pass come out in the same
// order, with an answer per call.
//
// Rows are taken in windows. In a window the predicates run one after the other, each on the rows
// that the ones before let pass, and the model is asked once per predicate and call. A window ends
// where the first predicate would ask about more than a batch of new inputs: 16, then 32, up to
// 2048, as in row_cursor.h and for its reasons.
//
// Where one row per key is enough, a window is a round of first_per_key.h.
//
// Order: as written in the first window. Between windows, by least expected cost to drop a row:
//   tokens per row / (1 - share of rows that pass)
// both as measured so far. A row whose answer is known costs nothing, so that a predicate on few
// distinct inputs comes before one on pairs. Tokens, not seconds: the same data then asks the same
// inputs on every machine. Where a failed row ends the query, the order stays as written: another
// one might reach a row that the query never asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "duck/duckdb_api.h"
#include "duck/first_per_key.h"
#include "duck/row_cursor.h"
#include "duck/run_monitor.h"

namespace fathom {

struct FilterStep {
  std::vector<MapCall> calls;
  size_t first_column = 0;  // of the calls, in the output
  // Over the output's columns, of which it reads the input's and its own calls'.
  ExpressionPtr predicate;
};

struct FilterPlan {
  std::vector<FilterStep> steps;
  std::vector<ExpressionPtr> keys;  // not empty: one row is enough of those with equal keys
  duckdb::vector<duckdb::LogicalType> input_types;
  duckdb::vector<duckdb::LogicalType> output_types;
  size_t operator_id = 0;  // QueryState::PlanOperator
};

// Threads: one at a time.
class SemanticFilterChain {
 public:
  // `plan` outlives the chain.
  SemanticFilterChain(duckdb::ClientContext& context, const FilterPlan& plan);

  // Takes rows of `rows` from `first` on, as many as there is room for; returns how many.
  size_t Take(duckdb::DataChunk& rows, size_t first);

  // Writes the next rows that pass to `out`, with keys at least one of each. False when there are
  // none among the rows taken, or, without `to_the_end`, not enough to fill a window. Errors: as
  // QueryState::AnswerAll and WriteAnswers.
  bool Emit(bool to_the_end, duckdb::DataChunk& out);

 private:
  // What a step has done so far.
  struct Measured {
    int64_t rows = 0;
    int64_t passed = 0;
    int64_t asked = 0;
    int64_t tokens = 0;
  };
  struct Running {
    const FilterStep* step;
    std::vector<MemoReader> memos;                 // per call
    std::vector<std::vector<MemoEntry*>> entries;  // per call, per row of buffer_
    duckdb::unique_ptr<duckdb::ExpressionExecutor> arguments;
    duckdb::unique_ptr<duckdb::ExpressionExecutor> predicate;
    std::unique_ptr<duckdb::DataChunk> argument_rows;
    Measured measured;
  };
  using Rows = FirstPerKey::Rows;  // of buffer_

  void StartBuffer();
  void Start(const FilterStep& step);
  Rows NextRows(bool to_the_end);
  Rows NextWindow(bool flush);
  void Intern(Running& running, const Rows& rows);
  void Ask(Running& running, const Rows& rows);
  Rows Pass(Running& running, const Rows& rows);
  void Write(const Rows& rows, duckdb::DataChunk& out);
  void Reorder();

  duckdb::ClientContext& context_;
  QueryState& query_;
  const FilterPlan& plan_;
  std::unique_ptr<FirstPerKey> first_per_key_;  // null without keys
  bool keeps_order_ = false;
  std::vector<Running> running_;  // in the order in which they run
  std::unique_ptr<duckdb::DataChunk> buffer_;
  size_t done_ = 0;          // rows of buffer_ that went through
  size_t batch_;             // new inputs of a window
  duckdb::DataChunk probe_;  // a step's rows with its answers
  RunMonitor uncounted_;     // of answers written a second time
};

}  // namespace fathom
