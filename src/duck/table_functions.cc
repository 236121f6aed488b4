#include "duck/table_functions.h"

#include <optional>
#include <utility>
#include <vector>

#include "duck/query_state.h"

namespace fathom {
namespace {

using duckdb::ClientContext;
using duckdb::LogicalType;
using duckdb::Value;
using Row = std::vector<Value>;

struct RowsState : public duckdb::GlobalTableFunctionState {
  explicit RowsState(std::vector<Row> rows) : rows(std::move(rows)) {}
  std::vector<Row> rows;
  size_t next = 0;
};

void EmitRows(ClientContext&, duckdb::TableFunctionInput& input, duckdb::DataChunk& output) {
  auto& state = input.global_state->Cast<RowsState>();
  duckdb::idx_t count = 0;
  for (; count < STANDARD_VECTOR_SIZE && state.next < state.rows.size(); ++count, ++state.next) {
    for (size_t column = 0; column < state.rows[state.next].size(); ++column) {
      output.SetValue(column, count, state.rows[state.next][column]);
    }
  }
  output.SetCardinality(count);
}

duckdb::unique_ptr<duckdb::FunctionData> BindModels(ClientContext&, duckdb::TableFunctionBindInput&,
                                                    duckdb::vector<LogicalType>& types,
                                                    duckdb::vector<std::string>& names) {
  names = {"name", "installed", "bytes", "description"};
  types = {LogicalType::VARCHAR, LogicalType::BOOLEAN, LogicalType::BIGINT, LogicalType::VARCHAR};
  return nullptr;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> ListModels(ClientContext& context,
                                                                duckdb::TableFunctionInitInput&) {
  std::vector<Row> rows;
  for (const ModelEntry& model : QueryState::Of(context).models().List()) {
    rows.push_back({Value(model.name), Value::BOOLEAN(model.installed),
                    model.installed ? Value::BIGINT(model.bytes) : Value(LogicalType::BIGINT),
                    Value(model.description)});
  }
  return duckdb::make_uniq<RowsState>(std::move(rows));
}

struct RunErrorsData : public duckdb::TableFunctionData {
  std::optional<RunId> run;  // none: the last statement that had a call
};

duckdb::unique_ptr<duckdb::FunctionData> BindRunErrors(ClientContext&,
                                                       duckdb::TableFunctionBindInput& input,
                                                       duckdb::vector<LogicalType>& types,
                                                       duckdb::vector<std::string>& names) {
  names = {"function", "reason", "rows", "input", "message"};
  types = {LogicalType::VARCHAR, LogicalType::VARCHAR, LogicalType::BIGINT, LogicalType::VARCHAR,
           LogicalType::VARCHAR};
  auto data = duckdb::make_uniq<RunErrorsData>();
  if (!input.inputs.empty()) {
    if (input.inputs[0].IsNull()) {
      throw duckdb::BinderException("ai_run_errors: a run's id is needed, not NULL");
    }
    data->run = input.inputs[0].GetValue<int64_t>();
  }
  return data;
}

std::vector<RowError> ErrorsOf(ClientContext& context, std::optional<RunId> run) {
  QueryState& query = QueryState::Of(context);
  if (!run) return query.monitor().ErrorsOfLastRun();
  Ledger& ledger = query.OpenLedger(context);
  const Result<RunRecord> known = ledger.Run(*run);
  if (!known.ok()) throw duckdb::InvalidInputException("ai_run_errors: " + known.error().message);
  Result<std::vector<RowError>> errors = ledger.Errors(*run);
  if (!errors.ok()) throw duckdb::InvalidInputException(errors.error().message);
  return std::move(*errors);
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> ListRunErrors(
    ClientContext& context, duckdb::TableFunctionInitInput& input) {
  std::vector<Row> rows;
  for (const RowError& error : ErrorsOf(context, input.bind_data->Cast<RunErrorsData>().run)) {
    rows.push_back({Value(error.function), Value(error.reason), Value::BIGINT(error.rows),
                    Value(error.input), Value(error.message)});
  }
  return duckdb::make_uniq<RowsState>(std::move(rows));
}

duckdb::unique_ptr<duckdb::FunctionData> BindRuns(ClientContext&, duckdb::TableFunctionBindInput&,
                                                  duckdb::vector<LogicalType>& types,
                                                  duckdb::vector<std::string>& names) {
  names = {"id",
           "state",
           "began",
           "ended",
           "rows",
           "distinct_inputs",
           "from_ledger",
           "asked",
           "failed",
           "prompt_tokens",
           "generated_tokens",
           "seconds",
           "cost",
           "model",
           "sql",
           "message"};
  types = {
      LogicalType::BIGINT, LogicalType::VARCHAR, LogicalType::TIMESTAMP, LogicalType::TIMESTAMP,
      LogicalType::BIGINT, LogicalType::BIGINT,  LogicalType::BIGINT,    LogicalType::BIGINT,
      LogicalType::BIGINT, LogicalType::BIGINT,  LogicalType::BIGINT,    LogicalType::DOUBLE,
      LogicalType::DOUBLE, LogicalType::VARCHAR, LogicalType::VARCHAR,   LogicalType::VARCHAR};
  return nullptr;
}

Value TimeOf(int64_t ms) {
  if (ms == 0) return Value(LogicalType::TIMESTAMP);
  return Value::TIMESTAMP(duckdb::Timestamp::FromEpochMs(ms));
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> ListRuns(ClientContext& context,
                                                              duckdb::TableFunctionInitInput&) {
  Result<std::vector<RunRecord>> runs = QueryState::Of(context).OpenLedger(context).Runs();
  if (!runs.ok()) throw duckdb::InvalidInputException(runs.error().message);
  std::vector<Row> rows;
  for (const RunRecord& run : *runs) {
    const RunFigures& figures = run.figures;
    rows.push_back({Value::BIGINT(run.id), Value(RunStateName(run.state)), TimeOf(run.began_ms),
                    TimeOf(run.ended_ms), Value::BIGINT(figures.rows),
                    Value::BIGINT(figures.distinct_inputs), Value::BIGINT(figures.from_ledger),
                    Value::BIGINT(figures.asked), Value::BIGINT(figures.failed),
                    Value::BIGINT(figures.prompt_tokens), Value::BIGINT(figures.generated_tokens),
                    Value::DOUBLE(figures.seconds), Value::DOUBLE(figures.cost),
                    Value(run.start.model), Value(run.start.sql),
                    run.message.empty() ? Value(LogicalType::VARCHAR) : Value(run.message)});
  }
  return duckdb::make_uniq<RowsState>(std::move(rows));
}

}  // namespace

void RegisterTableFunctions(duckdb::ExtensionLoader& loader) {
  loader.RegisterFunction(duckdb::TableFunction("ai_models", {}, EmitRows, BindModels, ListModels));
  loader.RegisterFunction(duckdb::TableFunction("ai_runs", {}, EmitRows, BindRuns, ListRuns));
  duckdb::TableFunctionSet errors("ai_run_errors");
  errors.AddFunction(duckdb::TableFunction({}, EmitRows, BindRunErrors, ListRunErrors));
  errors.AddFunction(
      duckdb::TableFunction({LogicalType::BIGINT}, EmitRows, BindRunErrors, ListRunErrors));
  loader.RegisterFunction(std::move(errors));
}

}  // namespace fathom
