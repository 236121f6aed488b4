// SQL with the ai_* functions, as the programs above this folder see it. No DuckDB type crosses
// this header; DuckDB's exceptions become Errors here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace fathom {

class ModelRegistry;

struct SessionOptions {
  std::string database = {};        // path of a DuckDB file; empty = in memory
  bool read_only = false;           // of `database`
  ModelRegistry* models = nullptr;  // borrowed, outlives the session; REQUIRES non-null
  std::string default_model = {};   // initial value of the setting ai_model; REQUIRES non-empty
  std::string ledger = {};          // initial value of the setting ai_ledger; empty = none
  std::string sources_dir = {};     // installed extensions (source_catalog.h); empty = none
};

// A value as text; nullopt = SQL NULL.
using Cell = std::optional<std::string>;
using ResultRow = std::vector<Cell>;

struct ResultColumn {
  std::string name;
  std::string type;         // as SQL spells it: "BIGINT", "STRUCT(a INTEGER)"
  bool is_numeric = false;  // align to the right
};

// How QueryResult writes values.
enum class Render {
  kText,  // as DuckDB casts to VARCHAR: 1.5, true, 2024-01-31, [a, b], {'k': 1}
  kJson,  // each non-NULL cell is one complete JSON value: 1.5, true, "2024-01-31", ["a","b"]
};

enum class ResultKind {
  kRows,     // a table to show, possibly with no rows in it
  kChanged,  // INSERT, UPDATE, DELETE, COPY TO: one row with one BIGINT, the rows changed
  kNothing,  // SET, CREATE, ...: no rows
};

// Work that needs the model, so far. rows_total < 0 = not known yet.
struct Progress {
  std::string function;     // "ai_filter"
  int64_t rows_done = 0;    // distinct inputs answered or failed by this operator
  int64_t rows_total = -1;  // distinct inputs this operator has been given so far; grows while
                            // the plan below it still delivers rows
  double rows_per_second = 0;
  double tokens_per_second = 0;
  double seconds = 0;  // since the query began
};

// What an operator is about to ask.
struct CostForecast {
  std::string function;  // "ai_filter"
  int64_t inputs = 0;    // distinct, not in the ledger
  int64_t tokens = 0;
  double seconds = 0;
  double cost = 0;  // US dollars
};

struct QueryHooks {
  // Called while the model works, at most some ten times a second, from whichever thread runs the
  // model, never from two at once. Empty = quiet.
  std::function<void(const Progress&)> on_progress = {};
  // Called before an operator asks for more than some seconds. Empty = quiet.
  std::function<void(const CostForecast&)> on_forecast = {};
  Render render = Render::kText;
};

struct Failures {
  int64_t rows = 0;     // rows that became NULL
  std::string example;  // message of the first of them
};

// What the ai_* calls of one statement did. Complete once the result has been read to its end (or
// has failed); calls == 0 means that the statement asked no model.
struct RunSummary {
  int64_t calls = 0;            // ai_* calls that met at least one row
  int64_t rows = 0;             // rows that needed an answer, summed over the calls; NULLs excluded
  int64_t distinct_inputs = 0;  // of these, different inputs; each is evaluated once
  int64_t from_ledger = 0;      // of these, answered before this query or by another process
  int64_t asked = 0;            // inputs the model was really asked about
  std::map<std::string, Failures> failed;  // by reason: "too_long", "empty_input", ...
  int64_t prefix_tokens = 0;
  int64_t row_tokens = 0;
  int64_t generated_tokens = 0;
  double seconds = 0;                      // of the statement, until the last row was read
  double cost = 0;                         // US dollars
  std::vector<std::string> warnings = {};  // what went wrong although the statement succeeded
  std::vector<std::string> models;         // names, in order of first use
};

// The answer to one statement, read in pieces: rows can be shown before the last one is computed.
// Threads: one at a time. The Session must outlive it, and runs one statement at a time: the next
// Query ends this one.
class QueryResult {
 public:
  ~QueryResult();
  QueryResult(QueryResult&&) noexcept;
  QueryResult& operator=(QueryResult&&) noexcept;

  ResultKind kind() const;
  const std::vector<ResultColumn>& columns() const;

  // The next rows (at most some thousands); empty = end. Errors as Session::Query: they may come
  // after rows were delivered.
  Result<std::vector<ResultRow>> Next();

 private:
  friend class Session;
  struct State;
  static std::vector<ResultRow> LastRows(State& state);
  explicit QueryResult(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// One connection to one database.
// Threads: one at a time, except Interrupt.
class Session {
 public:
  // Errors: kIo, kCorrupt or kInvalidArgument when the database cannot be opened.
  static Result<std::unique_ptr<Session>> Open(SessionOptions options);
  ~Session();

  // Runs one statement (SplitStatements of split_statements.h cuts a script into them).
  // Errors   kCancelled after Interrupt; kIo; kInvalidArgument for everything that is wrong with
  //          the statement. Messages are complete sentences for users, DuckDB's or ours, and may
  //          have several lines (DuckDB points at the place in the text).
  Result<QueryResult> Query(const std::string& sql, QueryHooks hooks = {});

  // Ends the running statement, within one batch of the model: its Query or Next returns
  // kCancelled. Without a running statement nothing happens.
  // Threads: any, also a signal handler.
  void Interrupt();

  // Of the last statement.
  RunSummary LastRun() const;

  // Words for completion: function names, keywords, and the tables, views and columns there are
  // now. Sorted, without duplicates.
  std::vector<std::string> CompletionWords();

  static std::string DuckDbVersion();  // "v1.5.5"

 private:
  struct State;
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fathom
