#include "duck/table_functions.h"

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

duckdb::unique_ptr<duckdb::FunctionData> BindRunErrors(ClientContext&,
                                                       duckdb::TableFunctionBindInput&,
                                                       duckdb::vector<LogicalType>& types,
                                                       duckdb::vector<std::string>& names) {
  names = {"reason", "rows", "example"};
  types = {LogicalType::VARCHAR, LogicalType::BIGINT, LogicalType::VARCHAR};
  return nullptr;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> ListRunErrors(
    ClientContext& context, duckdb::TableFunctionInitInput&) {
  std::vector<Row> rows;
  for (const auto& [reason, failures] :
       QueryState::Of(context).monitor().LastRunWithCalls().failed) {
    rows.push_back({Value(reason), Value::BIGINT(failures.rows), Value(failures.example)});
  }
  return duckdb::make_uniq<RowsState>(std::move(rows));
}

}  // namespace

void RegisterTableFunctions(duckdb::ExtensionLoader& loader) {
  loader.RegisterFunction(duckdb::TableFunction("ai_models", {}, EmitRows, BindModels, ListModels));
  loader.RegisterFunction(
      duckdb::TableFunction("ai_run_errors", {}, EmitRows, BindRunErrors, ListRunErrors));
}

}  // namespace fathom
