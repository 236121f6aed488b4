#include "cli/runs_command.h"

#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/numbers.h"
#include "cli/text_width.h"
#include "semantic/answer_codec.h"

namespace fathom {
namespace {

constexpr size_t kSqlWidth = 60;

// "2026-03-01 17:05:09", local time; nullopt for 0.
Cell TimeOf(int64_t ms) {
  if (ms == 0) return std::nullopt;
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

std::string OnOneLine(std::string text) {
  for (char& c : text) c = c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
  return text;
}

struct Field {
  const char* name;
  bool is_numeric;
  Cell value;
};

Cell Text(const std::string& value) { return value.empty() ? Cell() : Cell(value); }
Cell Number(int64_t value) { return std::to_string(value); }
Cell Real(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

std::vector<Field> FieldsOf(const RunRecord& run) {
  const RunFigures& figures = run.figures;
  return {{"id", true, Number(run.id)},
          {"state", false, RunStateName(run.state)},
          {"began", false, TimeOf(run.began_ms)},
          {"rows", true, Number(figures.rows)},
          {"asked", true, Number(figures.asked)},
          {"from_ledger", true, Number(figures.from_ledger)},
          {"failed", true, Number(figures.failed)},
          {"tokens", true, Number(figures.prompt_tokens + figures.generated_tokens)},
          {"seconds", true, Real(figures.seconds)},
          {"cost", true, Real(figures.cost)},
          {"sql", false, OnOneLine(run.start.sql)}};
}

std::vector<Field> AllFieldsOf(const RunRecord& run) {
  std::vector<Field> fields = FieldsOf(run);
  fields.back().value = run.start.sql;
  fields.insert(fields.begin() + 3, {"ended", false, TimeOf(run.ended_ms)});
  fields.push_back({"message", false, Text(run.message)});
  fields.push_back({"model", false, Text(run.start.model)});
  fields.push_back({"database", false, Text(run.start.database)});
  fields.push_back({"directory", false, Text(run.start.directory)});
  fields.push_back({"setup", false, Text(run.start.setup)});
  return fields;
}

// As the writer wants it: JSON values are complete, numbers stay numbers.
Cell Shown(const Field& field, Render render) {
  if (!field.value || field.is_numeric || render == Render::kText) return field.value;
  return nlohmann::json(*field.value).dump();
}

ResultColumn ColumnOf(const Field& field) {
  return {field.name, field.is_numeric ? "DOUBLE" : "VARCHAR", field.is_numeric};
}

// One row a record; there is at least one, or `sample` names the columns.
void WriteTable(const std::vector<std::vector<Field>>& records, const std::vector<Field>& sample,
                ResultWriter* writer) {
  std::vector<ResultColumn> columns;
  for (const Field& field : sample) columns.push_back(ColumnOf(field));
  writer->Begin(columns);
  std::vector<ResultRow> rows;
  for (const auto& record : records) {
    ResultRow& row = rows.emplace_back();
    for (const Field& field : record) row.push_back(Shown(field, writer->render()));
  }
  if (!rows.empty()) writer->Rows(std::move(rows));
  writer->End();
}

std::vector<Field> FieldsOf(const RowError& error) {
  return {{"function", false, error.function},
          {"reason", false, error.reason},
          {"rows", true, Number(error.rows)},
          {"input", false, error.input},
          {"message", false, error.message}};
}

nlohmann::json ToJson(const ExportedAnswer& answer, const Result<Answer>& outcome) {
  nlohmann::json json = nlohmann::json::parse(OutcomeToJson(outcome));
  json["model"] = answer.question.model_name;
  json["function"] = answer.question.function;
  json["template"] = answer.question.description;
  json["input"] = answer.input;
  json["run"] = answer.run;
  json["at"] = TimeOf(answer.at_ms).value_or("");
  return json;
}

Status Prune(Ledger* ledger, const RunsOptions& options, Output* output) {
  PruneOptions prune;
  if (options.days) {
    constexpr int64_t kDayMs = 24 * 3600 * int64_t{1000};
    prune.before_ms = std::time(nullptr) * int64_t{1000} - *options.days * kDayMs;
  }
  if (options.megabytes) prune.max_bytes = *options.megabytes * 1'000'000;
  FATHOM_ASSIGN_OR_RETURN(const Pruned pruned, ledger->Prune(prune));
  output->Write("dropped " + Count(pruned.answers, "answer") + " and " + Count(pruned.runs, "run") +
                "; " + Bytes(pruned.bytes) + " freed\n");
  return {};
}

}  // namespace

void WriteRuns(const std::vector<RunRecord>& runs, Format format, const WriterOptions& options,
               Output* output) {
  const auto writer = MakeWriter(format, options, output);
  std::vector<std::vector<Field>> records;
  for (const RunRecord& run : runs) {
    records.push_back(FieldsOf(run));
    if (format != Format::kBox) continue;
    records.back().back().value = Truncate(*records.back().back().value, kSqlWidth);
  }
  WriteTable(records, FieldsOf(RunRecord{}), writer.get());
}

void WriteRun(const RunRecord& run, const std::vector<RowError>& errors, Format format,
              const WriterOptions& options, Output* output) {
  if (format != Format::kBox) {
    const std::vector<Field> fields = AllFieldsOf(run);
    WriteTable({fields}, fields, MakeWriter(format, options, output).get());
    return;
  }
  for (const Field& field : AllFieldsOf(run)) {
    if (field.value) output->Write(std::string(field.name) + ": " + *field.value + "\n");
  }
  if (errors.empty()) return;
  std::vector<std::vector<Field>> records;
  for (const RowError& error : errors) records.push_back(FieldsOf(error));
  WriteTable(records, records[0], MakeWriter(format, options, output).get());
}

Status WriteAnswers(Ledger* ledger, std::optional<RunId> run, Output* output) {
  if (run) {
    if (const Result<RunRecord> record = ledger->Run(*run); !record.ok()) return record.error();
  }
  Status status;
  FATHOM_RETURN_IF_ERROR(ledger->Export(run, [&](const ExportedAnswer& answer) {
    const Result<Result<Answer>> outcome = DecodeOutcome(answer.payload);
    if (!outcome.ok()) {
      status = outcome.error();
      return false;
    }
    output->Write(ToJson(answer, *outcome).dump() + "\n");
    status = output->Flush();
    return status.ok() && !output->closed();
  }));
  return status;
}

Status RunRuns(const RunsOptions& options, const std::string& path, Format format,
               const WriterOptions& writer, Output* output) {
  if (!std::filesystem::exists(path)) {
    return Status(ErrorCode::kNotFound, "there is no ledger at " + path +
                                            " yet: the first query with an ai_* function makes it");
  }
  const bool only_looks = options.action != RunsAction::kPrune;
  FATHOM_ASSIGN_OR_RETURN(const std::unique_ptr<Ledger> ledger,
                          Ledger::Open({.path = path, .read_only = only_looks}));
  switch (options.action) {
    case RunsAction::kList: {
      FATHOM_ASSIGN_OR_RETURN(const std::vector<RunRecord> runs, ledger->Runs());
      WriteRuns(runs, format, writer, output);
      return {};
    }
    case RunsAction::kShow: {
      FATHOM_ASSIGN_OR_RETURN(const RunRecord run, ledger->Run(*options.id));
      FATHOM_ASSIGN_OR_RETURN(const std::vector<RowError> errors, ledger->Errors(*options.id));
      WriteRun(run, errors, format, writer, output);
      return {};
    }
    case RunsAction::kExport: return WriteAnswers(ledger.get(), options.id, output);
    case RunsAction::kPrune: return Prune(ledger.get(), options, output);
    case RunsAction::kResume: break;  // program.cc
  }
  FATHOM_ASSERT(false);
}

}  // namespace fathom
