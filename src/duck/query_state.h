// What one connection knows about the statement it runs: the models, the answers so far, the
// counts.
#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "duck/ai_call.h"
#include "duck/answer_memo.h"
#include "duck/duckdb_api.h"
#include "duck/run_monitor.h"
#include "llm/model_registry.h"

namespace fathom {

// Inputs an operator has had answered, of those it knows: what progress shows.
struct OperatorProgress {
  int64_t done = 0;
  int64_t total = 0;
};

// Threads: every member may be called concurrently.
class QueryState : public duckdb::ClientContextState {
 public:
  explicit QueryState(ModelRegistry* models) : models_(models) {}

  // The state of a connection that Session opened; an InvalidInputException on any other.
  static QueryState& Of(duckdb::ClientContext& context);
  static void Register(duckdb::ClientContext& context, ModelRegistry* models);

  void QueryBegin(duckdb::ClientContext& context) override;
  void QueryEnd(duckdb::ClientContext& context) override;

  // To be used by the statement that begins next.
  void SetHooks(QueryHooks hooks);

  ModelRegistry& models() { return *models_; }
  RunMonitor& monitor() { return monitor_; }
  MemoTable& Memo(const AiCall& call) { return memo_.Table(call.identity); }

  // Until the end of the query, DuckDB's filters and joins hand on each small chunk of rows instead
  // of collecting some: a LIMIT then sees a row as soon as the model has answered.
  void HandOnSmallChunks(duckdb::ClientContext& context);

  // Makes every entry ready. One job at a time runs in a query: operators and threads queue here,
  // so that the model sees one stream. Errors: InterruptException; InvalidInputException when the
  // job as a whole failed. REQUIRES `entries` from Memo(call), each once
  void AnswerAll(duckdb::ClientContext& context, const AiCall& call,
                 std::span<MemoEntry* const> entries, OperatorProgress progress);

 private:
  void RunTask(duckdb::ClientContext& context, const AiCall& call,
               std::span<MemoEntry* const> entries, OperatorProgress progress);

  ModelRegistry* models_;
  RunMonitor monitor_;
  AnswerMemo memo_;
  std::mutex job_mutex_;
  std::mutex state_mutex_;
  QueryHooks next_hooks_;
  std::optional<bool> caching_before_;  // of enable_caching_operators, while it is changed
};

}  // namespace fathom
