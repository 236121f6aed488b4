#include "cli/statement_runner.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/numbers.h"
#include "cli/encoding_hint.h"
#include "cli/interrupt.h"
#include "cli/run_summary.h"
#include "cli/text_width.h"
#include "duck/split_statements.h"

namespace fathom {
namespace {

constexpr double kPatienceSeconds = 0.5;  // what ends sooner shows no progress

void Say(const std::string& text) { std::fputs((text + '\n').c_str(), stderr); }

// DuckDB would say so, but not where.
Status CheckUtf8(const std::string& script) {
  const size_t at = FindInvalidUtf8(script);
  if (at == std::string::npos) return {};
  const auto line =
      1 + std::count(script.begin(), script.begin() + static_cast<ptrdiff_t>(at), '\n');
  return Status(ErrorCode::kInvalidArgument,
                "the SQL text is not UTF-8: byte offset " + std::to_string(at) + ", in line " +
                    std::to_string(line) + "; save it as UTF-8 and run it again");
}

}  // namespace

StatementRunner::StatementRunner(Session* session, Output* output, DisplayOptions display)
    : session_(session),
      output_(output),
      display_(display),
      status_line_(STDERR_FILENO, display.progress && !display.quiet) {}

Outcome StatementRunner::RunScript(const std::string& script, const std::string& name) {
  if (const Status status = CheckUtf8(script); !status.ok()) return Report(status, name);
  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const size_t begin = script.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  const SplitScript split = SplitStatements(std::string_view(script).substr(begin));
  for (const StatementText& statement : split.statements) {
    const std::string place = name.empty() ? "" : name + ":" + std::to_string(statement.line);
    if (const Outcome outcome = RunStatement(statement.text, place); outcome != Outcome::kDone) {
      return outcome;
    }
  }
  return Outcome::kDone;
}

Outcome StatementRunner::RunStatement(const std::string& sql, const std::string& place) {
  if (Interrupted()) return Report(Status(ErrorCode::kCancelled, "interrupted"), place);
  Status status;
  {
    const InterruptScope scope(session_);
    status = Show(sql);
  }
  status_line_.Clear();
  const Status flushed = output_->Flush();
  if (status.ok()) status = flushed;
  if (output_->closed() && status.ok()) return Outcome::kOutputClosed;
  const Outcome outcome = status.ok() ? Outcome::kDone : Report(status, place);
  if (!display_.quiet) std::fputs(SummaryText(session_->LastRun()).c_str(), stderr);
  return outcome;
}

Status StatementRunner::Show(const std::string& sql) {
  const auto writer = MakeWriter(display_.format, display_.writer, output_);
  FATHOM_ASSIGN_OR_RETURN(QueryResult result, session_->Query(sql, Hooks(writer->render())));
  return ShowRows(&result, writer.get());
}

Status StatementRunner::ShowRows(QueryResult* result, ResultWriter* writer) {
  const bool is_table = result->kind() == ResultKind::kRows;
  if (is_table) writer->Begin(result->columns());
  while (true) {
    FATHOM_ASSIGN_OR_RETURN(std::vector<ResultRow> rows, result->Next());
    if (rows.empty()) break;
    status_line_.Clear();
    if (is_table) {
      writer->Rows(std::move(rows));
    } else {
      ShowChanged(result, rows);
    }
    FATHOM_RETURN_IF_ERROR(output_->Flush());
    if (output_->closed()) return {};
  }
  if (is_table) writer->End();
  return {};
}

void StatementRunner::ShowChanged(QueryResult* result, const std::vector<ResultRow>& rows) {
  const bool has_count =
      result->kind() == ResultKind::kChanged && rows[0].size() == 1 && rows[0][0];
  if (has_count && display_.interactive) {
    output_->Write(*rows[0][0] + (*rows[0][0] == "1" ? " row changed\n" : " rows changed\n"));
  }
}

Outcome StatementRunner::Report(const Status& status, const std::string& place) {
  if (status.error().code == ErrorCode::kCancelled && Interrupted()) {
    if (display_.interactive) Say("interrupted");
    return Outcome::kInterrupted;
  }
  std::string text = display_.interactive ? "" : "fathom: ";
  if (!place.empty()) text += place + ": ";
  text += status.error().message;
  while (text.ends_with('\n')) text.pop_back();
  const std::string hint = EncodingHint(status.error().message);
  Say(hint.empty() ? text : text + "\n\n" + hint);
  return Outcome::kFailed;
}

QueryHooks StatementRunner::Hooks(Render render) {
  QueryHooks hooks;
  hooks.render = render;
  if (status_line_.enabled()) {
    hooks.on_progress = [this](const Progress& progress) {
      if (progress.seconds < kPatienceSeconds) return;
      status_line_.Show(ProgressLine(progress, status_line_.width()));
    };
  }
  if (!display_.quiet) {
    hooks.on_forecast = [this](const CostForecast& forecast) {
      status_line_.Clear();
      Say(ForecastText(forecast));
    };
  }
  return hooks;
}

}  // namespace fathom
