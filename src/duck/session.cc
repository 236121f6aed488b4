#include "duck/session.h"

#include <chrono>
#include <filesystem>
#include <set>
#include <thread>
#include <utility>

#include "duck/aggregate_functions.h"
#include "duck/ai_functions.h"
#include "duck/cell_text.h"
#include "duck/duckdb_api.h"
#include "duck/lift_rule.h"
#include "duck/operator_figures.h"
#include "duck/prompt_function.h"
#include "duck/query_inside.h"
#include "duck/query_state.h"
#include "duck/redact_function.h"
#include "duck/session_setup.h"
#include "duck/settings.h"
#include "duck/source_catalog.h"
#include "duck/stub_functions.h"
#include "duck/table_functions.h"
#include "duck/text_functions.h"
#include "duck/utility_functions.h"
#include "duckdb/parser/statement/explain_statement.hpp"

namespace fathom {
namespace {

Error ToError(duckdb::ErrorData error) {
  if (auto missing = MissingSource(error.Message())) return {ErrorCode::kNotFound, *missing};
  switch (error.Type()) {
    case duckdb::ExceptionType::INTERRUPT: return {ErrorCode::kCancelled, "interrupted"};
    case duckdb::ExceptionType::IO: return {ErrorCode::kIo, error.Message()};
    default: return {ErrorCode::kInvalidArgument, error.Message()};
  }
}

// Runs `body`; what it throws becomes an Error. Nothing thrown passes this header's seam.
template <typename Body>
auto Guarded(const Body& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& exception) {
    return ToError(duckdb::ErrorData(exception));
  }
}

void RegisterExtensions(duckdb::DatabaseInstance& database, const SessionOptions& options) {
  duckdb::ExtensionLoader loader(database, "fathom");
  RegisterPrompt(loader);
  RegisterAiFunctions(loader);
  RegisterAggregateFunctions(loader);
  RegisterUtilityFunctions(loader);
  RegisterTextFunctions(loader);
  RegisterRedactFunction(loader);
  RegisterStubFunctions(loader);
  RegisterTableFunctions(loader);
  RegisterSettings(database, options.default_model, options.ledger);
  RegisterLiftRule(database);
}

// DuckDB loads the extension for reading .xlsx by itself, but not the same one for writing it. That
// a COPY means .xlsx is known only when it is bound; one that merely mentions it loads in vain.
void LoadForCopy(duckdb::ClientContext& context, const duckdb::SQLStatement& statement) {
  const bool may_copy = statement.type == duckdb::StatementType::COPY_STATEMENT ||
                        statement.type == duckdb::StatementType::EXPLAIN_STATEMENT;
  if (may_copy &&
      duckdb::StringUtil::Contains(duckdb::StringUtil::Lower(statement.query), "xlsx")) {
    duckdb::ExtensionHelper::TryAutoLoadExtension(context, "excel");
  }
}

ResultKind KindOf(const duckdb::QueryResult& result) {
  switch (result.properties.return_type) {
    case duckdb::StatementReturnType::CHANGED_ROWS: return ResultKind::kChanged;
    case duckdb::StatementReturnType::NOTHING: return ResultKind::kNothing;
    case duckdb::StatementReturnType::QUERY_RESULT: break;
  }
  return ResultKind::kRows;
}

Cell ToCell(const duckdb::Value& value, Render render) {
  if (value.IsNull()) return std::nullopt;
  return render == Render::kJson ? ToJson(value) : value.ToString();
}

std::vector<ResultRow> ToRows(duckdb::DataChunk& chunk, Render render) {
  std::vector<ResultRow> rows(chunk.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t column = 0; column < chunk.ColumnCount(); ++column) {
      rows[row].push_back(ToCell(chunk.GetValue(column, row), render));
    }
  }
  return rows;
}

// DuckDB's own loops ask for a task again at once while other threads work on all there are: that
// keeps one core busy, of those the model computes on. These wait in between.
void WaitForOthers() { std::this_thread::sleep_for(std::chrono::microseconds(200)); }

Result<duckdb::unique_ptr<duckdb::QueryResult>> Execute(duckdb::PendingQueryResult& pending) {
  using duckdb::PendingExecutionResult;
  PendingExecutionResult state;
  do {
    state = pending.ExecuteTask();
    if (state == PendingExecutionResult::BLOCKED) pending.WaitForTask();
    if (state == PendingExecutionResult::NO_TASKS_AVAILABLE) WaitForOthers();
  } while (!duckdb::PendingQueryResult::IsResultReady(state));
  if (pending.HasError()) return ToError(pending.GetErrorObject());
  return pending.Execute();
}

// Returns when the next chunk can be fetched, or the end or an error. A stream does not say whether
// it found a task; if it did, that took time.
void AwaitChunk(duckdb::QueryResult& result) {
  if (result.type != duckdb::QueryResultType::STREAM_RESULT) return;
  auto& stream = result.Cast<duckdb::StreamQueryResult>();
  if (!stream.IsOpen()) return;
  using Clock = std::chrono::steady_clock;
  using duckdb::StreamExecutionResult;
  StreamExecutionResult state;
  do {
    const auto begin = Clock::now();
    state = stream.ExecuteTask();
    const bool idle = Clock::now() - begin < std::chrono::microseconds(20);
    if (state == StreamExecutionResult::BLOCKED) stream.WaitForTask();
    if (state == StreamExecutionResult::CHUNK_NOT_READY && idle) WaitForOthers();
  } while (!duckdb::StreamQueryResult::IsChunkReady(state));
}

bool IsAnalyze(const duckdb::SQLStatement& statement) {
  return statement.type == duckdb::StatementType::EXPLAIN_STATEMENT &&
         statement.Cast<duckdb::ExplainStatement>().explain_type ==
             duckdb::ExplainType::EXPLAIN_ANALYZE;
}

// Runs to the end and throws the rows away.
Status Drain(duckdb::PendingQueryResult& pending) {
  if (pending.HasError()) return ToError(pending.GetErrorObject());
  FATHOM_ASSIGN_OR_RETURN(const duckdb::unique_ptr<duckdb::QueryResult> result, Execute(pending));
  bool more = true;
  while (more) {
    AwaitChunk(*result);
    more = !result->HasError() && result->Fetch() != nullptr;
  }
  if (result->HasError()) return ToError(result->GetErrorObject());
  return {};
}

}  // namespace

struct QueryResult::State {
  ~State() {
    // Whoever stops reading does not want the rest: the model must not go on for it.
    if (result && !at_end) connection->Interrupt();
  }

  duckdb::Connection* connection;
  duckdb::unique_ptr<duckdb::QueryResult> result;
  ResultKind kind = ResultKind::kNothing;
  std::vector<ResultColumn> columns;
  Render render = Render::kText;
  bool drained = false;  // DuckDB has delivered everything
  bool at_end = false;
  // EXPLAIN ANALYZE ends with what each operator asked: DuckDB has drawn the plan before.
  QueryState* measured = nullptr;
};

// What comes behind the rows of DuckDB.
std::vector<ResultRow> QueryResult::LastRows(State& state) {
  state.drained = true;
  if (state.measured == nullptr) return {};
  const std::string text = state.measured->DescribeMeasured();
  if (text.empty()) return {};
  return {{ToCell(duckdb::Value("semantic_operators"), state.render),
           ToCell(duckdb::Value(text), state.render)}};
}

QueryResult::QueryResult(std::unique_ptr<State> state) : state_(std::move(state)) {}
QueryResult::QueryResult(QueryResult&&) noexcept = default;
QueryResult& QueryResult::operator=(QueryResult&&) noexcept = default;
QueryResult::~QueryResult() = default;

ResultKind QueryResult::kind() const { return state_->kind; }
const std::vector<ResultColumn>& QueryResult::columns() const { return state_->columns; }

Result<std::vector<ResultRow>> QueryResult::Next() {
  if (state_->at_end) return std::vector<ResultRow>{};
  auto rows = Guarded([&]() -> Result<std::vector<ResultRow>> {
    if (state_->drained) return std::vector<ResultRow>{};
    duckdb::QueryResult& result = *state_->result;
    AwaitChunk(result);
    duckdb::unique_ptr<duckdb::DataChunk> chunk;
    if (!result.HasError()) chunk = result.Fetch();
    if (result.HasError()) return ToError(result.GetErrorObject());
    if (!chunk) return LastRows(*state_);
    return ToRows(*chunk, state_->render);
  });
  state_->at_end = !rows.ok() || rows->empty();
  return rows;
}

struct Session::State {
  State(const SessionOptions& options, duckdb::DBConfig* config)
      : database(options.database.empty() ? nullptr : options.database.c_str(), config),
        connection(database) {
    RegisterExtensions(*database.instance, options);
    QueryState::Register(*connection.context, options.models);
    in_memory = options.database.empty();
    start.database = in_memory ? "" : std::filesystem::absolute(options.database).string();
    start.model = options.default_model;
  }

  QueryState& query() { return QueryState::Of(*connection.context); }

  // What it takes to run `sql` again, later and elsewhere.
  RunStart StartOf(const std::string& sql) {
    start.sql = sql;
    start.directory = std::filesystem::current_path().string();
    return start;
  }

  // EXPLAIN of a statement that would ask a model: its query runs with drawn answers, so that the
  // plan shows what each operator would ask; once more where some were asked to draw from, for then
  // the ledger has these. A query that cannot run shows its plan without that.
  void ForecastFor(const duckdb::SQLStatement& statement) {
    if (statement.type != duckdb::StatementType::EXPLAIN_STATEMENT) return;
    const auto& explain = statement.Cast<duckdb::ExplainStatement>();
    if (explain.explain_type != duckdb::ExplainType::EXPLAIN_STANDARD) return;
    auto inside = QueryInside(*connection.context, *explain.stmt);
    auto plan = connection.context->Query(explain.Copy(), /*allow_stream_result=*/false);
    if (plan->HasError() || !query().planned_operators()) return;
    if (!inside) return query().SetForecastError("a statement of this kind cannot be run for it");
    if (query().has_side_effect()) {
      return query().SetForecastError(
          "running the query would have a lasting effect (nextval, setseed)");
    }
    const auto forecast = [&](Forecasting mode) -> Status {
      query().SetForecasting(mode);
      auto pending = connection.context->PendingQuery(
          inside->Copy(), duckdb::QueryResultOutputType::ALLOW_STREAMING);
      return Drain(*pending);
    };
    Status status = forecast(Forecasting::kSampling);
    if (status.ok() && query().HasSampled()) status = forecast(Forecasting::kCounting);
    query().SetForecasting(Forecasting::kOff);
    if (!status.ok()) query().SetForecastError(status.error().message);
  }

  // `sql` was begun without an error.
  void Remember(const std::string& sql, const duckdb::QueryResult& result) {
    if (!ChangesSessionOnly(result.statement_type, result.properties, in_memory)) return;
    start.setup += sql + (sql.ends_with(';') ? "\n" : ";\n");
  }

  duckdb::DuckDB database;
  duckdb::Connection connection;
  bool in_memory = true;
  RunStart start;  // but for what StartOf fills in
};

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::Open(SessionOptions options) {
  FATHOM_ASSERT(options.models != nullptr);
  FATHOM_ASSERT(!options.default_model.empty());
  return Guarded([&]() -> Result<std::unique_ptr<Session>> {
    duckdb::DBConfig config;
    config.options.access_mode =
        options.read_only ? duckdb::AccessMode::READ_ONLY : duckdb::AccessMode::AUTOMATIC;
    // Nothing is downloaded behind the user's back: INSTALL still works.
    config.SetOptionByName("autoinstall_known_extensions", duckdb::Value::BOOLEAN(false));
    // DuckDB loads an extension from there when a statement needs it: a tenth of a second each.
    if (!options.sources_dir.empty()) {
      config.SetOptionByName("extension_directories",
                             duckdb::Value::LIST({duckdb::Value(options.sources_dir)}));
    }
    return std::unique_ptr<Session>(new Session(std::make_unique<State>(options, &config)));
  });
}

Result<QueryResult> Session::Query(const std::string& sql, QueryHooks hooks) {
  return Guarded([&]() -> Result<QueryResult> {
    const Render render = hooks.render;
    state_->query().SetNext(std::move(hooks), state_->StartOf(sql));
    auto statements = state_->connection.ExtractStatements(sql);
    if (statements.size() == 1) state_->ForecastFor(*statements[0]);
    auto answer = std::make_unique<QueryResult::State>();
    if (statements.size() == 1 && IsAnalyze(*statements[0])) answer->measured = &state_->query();
    answer->connection = &state_->connection;
    answer->render = render;
    answer->at_end = true;
    for (auto& statement : statements) {  // PIVOT and some others become several
      LoadForCopy(*state_->connection.context, *statement);
      auto pending = state_->connection.context->PendingQuery(
          std::move(statement), duckdb::QueryResultOutputType::ALLOW_STREAMING);
      if (pending->HasError()) return ToError(pending->GetErrorObject());
      FATHOM_ASSIGN_OR_RETURN(auto result, Execute(*pending));
      if (result->HasError()) return ToError(result->GetErrorObject());
      answer->kind = KindOf(*result);
      answer->result = std::move(result);
      answer->at_end = false;
    }
    if (answer->result) {
      state_->Remember(sql, *answer->result);
      for (size_t i = 0; i < answer->result->names.size(); ++i) {
        const duckdb::LogicalType& type = answer->result->types[i];
        answer->columns.push_back({answer->result->names[i], type.ToString(), type.IsNumeric()});
      }
    }
    return QueryResult(std::move(answer));
  });
}

void Session::Interrupt() { state_->connection.Interrupt(); }

RunSummary Session::LastRun() const { return state_->query().monitor().Summary(); }

std::vector<std::string> Session::CompletionWords() {
  constexpr char kWords[] =
      "SELECT DISTINCT function_name FROM duckdb_functions() "
      "WHERE regexp_full_match(function_name, '[a-z_][a-z0-9_]*') "
      "UNION SELECT keyword_name FROM duckdb_keywords() "
      "UNION SELECT table_name FROM duckdb_tables() "
      "UNION SELECT view_name FROM duckdb_views() "
      "UNION SELECT column_name FROM duckdb_columns() "
      "UNION SELECT name FROM duckdb_settings() WHERE name LIKE 'ai\\_%' ESCAPE '\\'";
  std::set<std::string> words;
  Result<QueryResult> result = Query(kWords);
  if (!result.ok()) return {};
  while (true) {
    Result<std::vector<ResultRow>> rows = result->Next();
    if (!rows.ok() || rows->empty()) break;
    for (const ResultRow& row : *rows) words.insert(row[0].value_or(""));
  }
  return {words.begin(), words.end()};
}

std::string Session::DuckDbVersion() { return duckdb::DuckDB::LibraryVersion(); }

}  // namespace fathom
