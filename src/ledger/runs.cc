#include "ledger/runs.h"

#include <array>
#include <utility>

namespace fathom {
namespace {

constexpr std::array kStates = {
    std::pair(RunState::kRunning, "running"), std::pair(RunState::kDone, "done"),
    std::pair(RunState::kFailed, "failed"), std::pair(RunState::kCancelled, "cancelled"),
    std::pair(RunState::kDied, "died")};

constexpr char kUpdate[] = R"(
UPDATE runs SET rows = ?, distinct_inputs = ?, from_ledger = ?, asked = ?, failed = ?,
  prompt_tokens = ?, generated_tokens = ?, seconds = ?, cost = ?, plan = ?
WHERE id = ?)";

// In the order in which RecordOf reads.
#define FATHOM_RUN_COLUMNS                                                                \
  "SELECT id, owner, state, began_ms, ended_ms, sql, setup, database, directory, model, " \
  "rows, distinct_inputs, from_ledger, asked, failed, prompt_tokens, generated_tokens, "  \
  "seconds, cost, plan, message FROM runs "
constexpr char kSelectAll[] = FATHOM_RUN_COLUMNS "ORDER BY id DESC";
constexpr char kSelectOne[] = FATHOM_RUN_COLUMNS "WHERE id = ?";
#undef FATHOM_RUN_COLUMNS

RunState StateOf(const std::string& name) {
  for (const auto& [state, known] : kStates) {
    if (name == known) return state;
  }
  return RunState::kDied;  // nothing we wrote
}

RunFigures FiguresOf(const Statement& row, int column) {
  RunFigures figures;
  for (int64_t* number :
       {&figures.rows, &figures.distinct_inputs, &figures.from_ledger, &figures.asked,
        &figures.failed, &figures.prompt_tokens, &figures.generated_tokens}) {
    *number = row.Int(column++);
  }
  figures.seconds = row.Real(column++);
  figures.cost = row.Real(column++);
  figures.plan = row.Bytes(column++);
  return figures;
}

RunRecord RecordOf(const Statement& row, const IsAlive& is_alive) {
  RunRecord record;
  record.id = row.Int(0);
  record.state = StateOf(row.Bytes(2));
  if (record.state == RunState::kRunning && !is_alive(row.Int(1))) record.state = RunState::kDied;
  record.began_ms = row.Int(3);
  record.ended_ms = row.Int(4);
  record.start = {.sql = row.Bytes(5),
                  .setup = row.Bytes(6),
                  .database = row.Bytes(7),
                  .directory = row.Bytes(8),
                  .model = row.Bytes(9)};
  record.figures = FiguresOf(row, 10);
  record.message = row.Bytes(20);
  return record;
}

Error NoRun(const Database& database, RunId run) {
  return {ErrorCode::kNotFound, database.path() + ": there is no run " + std::to_string(run)};
}

// Inside the caller's transaction.
Status Update(Database& database, RunId run, const RunFigures& figures) {
  FATHOM_ASSIGN_OR_RETURN(Statement update, Statement::Prepare(database, kUpdate));
  FATHOM_RETURN_IF_ERROR(update.Run(figures.rows, figures.distinct_inputs, figures.from_ledger,
                                    figures.asked, figures.failed, figures.prompt_tokens,
                                    figures.generated_tokens, figures.seconds, figures.cost,
                                    std::string_view(figures.plan), run));
  if (database.Changes() == 0) return NoRun(database, run);
  return {};
}

}  // namespace

const char* RunStateName(RunState state) {
  for (const auto& [known, name] : kStates) {
    if (state == known) return name;
  }
  return "unknown";
}

Result<RunId> InsertRun(Database& database, OwnerId owner, const RunStart& start, int64_t now_ms) {
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  {
    FATHOM_ASSIGN_OR_RETURN(
        Statement insert,
        Statement::Prepare(
            database,
            "INSERT INTO runs (owner, state, began_ms, sql, setup, database, directory, model) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    FATHOM_RETURN_IF_ERROR(
        insert.Run(owner, std::string_view(RunStateName(RunState::kRunning)), now_ms,
                   std::string_view(start.sql), std::string_view(start.setup),
                   std::string_view(start.database), std::string_view(start.directory),
                   std::string_view(start.model)));
  }
  const RunId run = database.LastId();
  FATHOM_RETURN_IF_ERROR(transaction.Commit());
  return run;
}

Status WriteFigures(Database& database, RunId run, const RunFigures& figures) {
  // Volatile: the next update, or the end, replaces it.
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kVolatile));
  FATHOM_RETURN_IF_ERROR(Update(database, run, figures));
  return transaction.Commit();
}

Status WriteEnd(Database& database, RunId run, const RunFigures& figures, const RunEnd& end) {
  FATHOM_ASSERT(end.state != RunState::kRunning && end.state != RunState::kDied);
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  FATHOM_RETURN_IF_ERROR(Update(database, run, figures));
  {
    FATHOM_ASSIGN_OR_RETURN(
        Statement update,
        Statement::Prepare(database,
                           "UPDATE runs SET state = ?, message = ?, ended_ms = ? WHERE id = ?"));
    FATHOM_RETURN_IF_ERROR(update.Run(std::string_view(RunStateName(end.state)),
                                      std::string_view(end.message), end.at_ms, run));
  }
  return transaction.Commit();
}

Status InsertErrors(Database& database, RunId run, std::span<const RowError> errors) {
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  {
    FATHOM_ASSIGN_OR_RETURN(
        Statement insert,
        Statement::Prepare(database,
                           "INSERT INTO errors (run, function, reason, message, input, rows) "
                           "VALUES (?, ?, ?, ?, ?, ?)"));
    for (const RowError& error : errors) {
      FATHOM_RETURN_IF_ERROR(
          insert.Run(run, std::string_view(error.function), std::string_view(error.reason),
                     std::string_view(error.message), std::string_view(error.input), error.rows));
    }
  }
  return transaction.Commit();
}

Result<std::vector<RunRecord>> ReadRuns(Database& database, const IsAlive& is_alive) {
  FATHOM_ASSIGN_OR_RETURN(Statement select, Statement::Prepare(database, kSelectAll));
  std::vector<RunRecord> runs;
  while (true) {
    FATHOM_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return runs;
    runs.push_back(RecordOf(select, is_alive));
  }
}

Result<RunRecord> ReadRun(Database& database, RunId run, const IsAlive& is_alive) {
  FATHOM_ASSIGN_OR_RETURN(Statement select, Statement::Prepare(database, kSelectOne));
  select.Bind(run);
  FATHOM_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found) return NoRun(database, run);
  return RecordOf(select, is_alive);
}

Result<std::vector<RowError>> ReadErrors(Database& database, RunId run) {
  FATHOM_ASSIGN_OR_RETURN(
      Statement select,
      Statement::Prepare(database,
                         "SELECT function, reason, message, input, rows FROM errors WHERE run = ? "
                         "ORDER BY id"));
  select.Bind(run);
  std::vector<RowError> errors;
  while (true) {
    FATHOM_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return errors;
    errors.push_back({.function = select.Bytes(0),
                      .reason = select.Bytes(1),
                      .message = select.Bytes(2),
                      .input = select.Bytes(3),
                      .rows = select.Int(4)});
  }
}

}  // namespace fathom
