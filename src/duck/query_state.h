// What one connection knows about the statement it runs: the models, the answers so far, the
// counts.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "duck/ai_call.h"
#include "duck/answer_memo.h"
#include "duck/duckdb_api.h"
#include "duck/ledger_run.h"
#include "duck/operator_figures.h"
#include "duck/run_monitor.h"
#include "llm/model_registry.h"
#include "semantic/evaluation.h"
#include "semantic/forecast.h"
#include "semantic/speed_book.h"

namespace fathom {

// Who asks, and how far it is: inputs it has had answered, of those it knows.
struct OperatorProgress {
  size_t id = 0;  // PlanOperator; 0 = evaluated in place
  int64_t done = 0;
  int64_t total = 0;
};

// EXPLAIN runs the query: what would be asked is counted, and answers are drawn (forecast.h).
enum class Forecasting {
  kOff,
  // With a ledger, a model that costs nothing is asked about some seconds' worth of inputs, at most
  // a quarter of them. Their answers are kept, and others are drawn from them.
  kSampling,
  // No input is asked about: what the query will do with what the ledger has now.
  kCounting,
};

// Threads: every member may be called concurrently.
class QueryState : public duckdb::ClientContextState {
 public:
  explicit QueryState(ModelRegistry* models) : models_(models) {}

  // The state of a connection that Session opened; an InvalidInputException on any other.
  static QueryState& Of(duckdb::ClientContext& context);
  static void Register(duckdb::ClientContext& context, ModelRegistry* models);

  void QueryBegin(duckdb::ClientContext& context) override;
  void QueryEnd(duckdb::ClientContext& context,
                duckdb::optional_ptr<duckdb::ErrorData> error) override;

  // To be used by the statement that begins next.
  void SetNext(QueryHooks hooks, RunStart start);

  void SetForecasting(Forecasting mode);
  // Of the query that is being planned: running it does something that lasts (nextval, setseed).
  void NoteSideEffect() { has_side_effect_ = true; }
  bool has_side_effect() const { return has_side_effect_; }
  // Why the statement that begins next has no forecast, or half of one; shown as a warning.
  void SetForecastError(std::string message);
  // Did the last forecast ask the model?
  bool HasSampled();

  // A number for an operator that is being planned: the same for the same plan in the next query.
  size_t PlanOperator(const std::string& functions);
  bool planned_operators() const { return !operators_.empty(); }
  // Of operator `id`: measured in this query, else forecast by the last one; none of either = null.
  std::optional<OperatorFigures> FiguresOf(size_t id);
  void CountRows(size_t id, int64_t rows);

  // Of the last query, a line for each operator in the order of the plan, from the bottom.
  std::string DescribeMeasured();

  ModelRegistry& models() { return *models_; }
  RunMonitor& monitor() { return monitor_; }
  MemoTable& Memo(const AiCall& call) { return memo_.Table(call.identity); }

  // Until the end of the query, DuckDB's filters and joins hand on each small chunk of rows instead
  // of collecting some: a LIMIT then sees a row as soon as the model has answered.
  void HandOnSmallChunks(duckdb::ClientContext& context);

  // Makes those entries ready that the ledger can answer. Errors: as AnswerAll.
  void LookUp(duckdb::ClientContext& context, const AiCall& call,
              std::span<MemoEntry* const> entries, size_t operator_id);
  // Tells the user what asking about `entries` will take, if that is more than some seconds.
  void Announce(duckdb::ClientContext& context, const AiCall& call,
                std::span<MemoEntry* const> entries);

  // The ledger that the settings name. Errors: InvalidInputException.
  Ledger& OpenLedger(duckdb::ClientContext& context);

  // Makes every entry ready. One job at a time runs in a query: operators and threads queue here,
  // so that the model sees one stream. Errors: InterruptException; InvalidInputException when the
  // job as a whole failed. REQUIRES `entries` from Memo(call), each once
  void AnswerAll(duckdb::ClientContext& context, const AiCall& call,
                 std::span<MemoEntry* const> entries, OperatorProgress progress);

 private:
  void Prepare(duckdb::ClientContext& context, const AiCall& call);
  bool IsForecasting() const { return forecasting_ != Forecasting::kOff; }
  bool MayAsk(const LanguageModel& model) const;
  void BeginRun(const AiCall& call);
  std::shared_ptr<LanguageModel> Load(const AiCall& call);
  ModelInfo Identify(const AiCall& call);
  void TakeFromLedger(const AiCall& call, std::span<MemoEntry* const> unknown, size_t operator_id);
  // What became of each entry, and what it took.
  struct JobResult;
  JobResult RunJob(duckdb::ClientContext& context, const AiCall& call, LanguageModel& model,
                   std::span<MemoEntry* const> entries, OperatorProgress progress);
  void RunTask(duckdb::ClientContext& context, const AiCall& call, LanguageModel& model,
               std::span<MemoEntry* const> entries, OperatorProgress progress);
  // For a forecast: asks some of `entries`, so that the others' answers are drawn from real ones.
  void Sample(duckdb::ClientContext& context, const AiCall& call, LanguageModel& model,
              std::span<MemoEntry* const> entries, OperatorProgress progress);
  size_t SampleSize(duckdb::ClientContext& context, const AiCall& call, LanguageModel& model,
                    std::span<MemoEntry* const> entries);
  void Foretell(duckdb::ClientContext& context, const AiCall& call, LanguageModel& model,
                std::span<MemoEntry* const> entries, OperatorProgress progress);
  Result<OperatorFigures> Estimate(duckdb::ClientContext& context, const AiCall& call,
                                   LanguageModel& model, std::span<MemoEntry* const> entries,
                                   bool with_prefix, Forecast* forecast);
  // Inputs sampled, tokens, seconds and cost of `work`.
  void AddWork(size_t operator_id, const OperatorFigures& work);
  void CountAnswered(const AiCall& call, std::span<MemoEntry* const> entries, size_t operator_id);

  ModelRegistry* models_;
  RunMonitor monitor_;
  AnswerMemo memo_;
  std::mutex job_mutex_;          // for what follows, too
  std::optional<Budget> budget_;  // once the query has asked
  LedgerRun run_;
  Ledger* ledger_ = nullptr;  // of this query, once it has asked
  SpeedBook speeds_;
  std::set<std::string> foretold_;  // identities of calls whose prefix was counted
  std::mutex figures_mutex_;
  std::map<size_t, OperatorFigures> figures_;   // of this query
  std::map<size_t, OperatorFigures> forecast_;  // of the last query that was forecast
  std::vector<std::string> operators_;          // the functions of each that was planned
  std::atomic<Forecasting> forecasting_ = Forecasting::kOff;
  std::atomic<bool> has_side_effect_ = false;
  std::string forecast_error_;  // for the next statement
  std::mutex state_mutex_;
  QueryHooks next_hooks_;
  RunStart next_start_;
  std::optional<bool> caching_before_;  // of enable_caching_operators, while it is changed
};

}  // namespace fathom
