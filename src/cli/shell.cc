#include "cli/shell.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/nearest_word.h"
#include "duck/split_statements.h"

namespace fathom {
namespace {

constexpr const char* kPrompt = "fathom> ";
constexpr const char* kMorePrompt = "   ...> ";
constexpr const char* kBlank = " \t\r\n";

const std::vector<std::string>& DotCommands() {
  static const std::vector<std::string> commands = {".help", ".mode",   ".models", ".quit",
                                                    ".rows", ".tables", ".exit"};
  return commands;
}

// Without blanks at both ends, and for dot-commands without a ';' that slipped in.
std::string Trimmed(const std::string& text, const std::string& what = kBlank) {
  const size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string::npos) return "";
  const size_t end = text.find_last_not_of(what);
  return end == std::string::npos || end < begin ? "" : text.substr(begin, end - begin + 1);
}

}  // namespace

Shell::Shell(StatementRunner* runner, ShellHooks hooks)
    : runner_(runner), hooks_(std::move(hooks)) {}

void Shell::Run() {
  while (true) {
    const Line line = hooks_.read_line(pending_.empty() ? kPrompt : kMorePrompt);
    if (line.end == LineEnd::kEndOfInput) {
      Print("\n");
      return;
    }
    if (line.end == LineEnd::kInterrupted) {
      pending_.clear();
    } else if (!TakeLine(line.text)) {
      return;
    }
  }
}

bool Shell::TakeLine(const std::string& line) {
  if (pending_.empty()) {
    const std::string command = Trimmed(line);
    if (command.empty()) return true;
    if (command[0] == '.') {
      hooks_.remember(command);
      return DotCommand(Trimmed(command, " \t\r\n;"));
    }
  } else {
    pending_ += '\n';
  }
  pending_ += line;
  const SplitScript split = SplitStatements(pending_);
  if (!split.complete) return true;
  hooks_.remember(Trimmed(pending_));
  for (const StatementText& statement : split.statements) {
    if (runner_->RunStatement(statement.text, "") == Outcome::kInterrupted) break;
  }
  ClearInterrupt();
  pending_.clear();
  return true;
}

bool Shell::DotCommand(const std::string& line) {
  const size_t blank = line.find_first_of(kBlank);
  const std::string name = line.substr(0, blank);
  const std::string argument = blank == std::string::npos ? "" : Trimmed(line.substr(blank));
  if (name == ".quit" || name == ".exit") return false;
  if (name == ".help") {
    Print(ShellHelpText());
  } else if (name == ".mode") {
    SetMode(argument);
  } else if (name == ".rows") {
    SetRows(argument);
  } else if (name == ".models") {
    hooks_.show_models();
    Print("");  // hands on what the hook wrote
  } else if (name == ".tables") {
    runner_->RunStatement(
        "SELECT table_schema AS schema, table_name AS name, "
        "CASE table_type WHEN 'VIEW' THEN 'view' ELSE 'table' END AS kind "
        "FROM information_schema.tables ORDER BY ALL",
        "");
  } else {
    const auto nearest = NearestWord(name, DotCommands());
    Print("unknown command '" + name + "'" + (nearest ? "; did you mean '" + *nearest + "'?" : "") +
          " (.help lists all)\n");
  }
  return true;
}

void Shell::SetMode(const std::string& argument) {
  Format& format = runner_->display().format;
  if (argument.empty()) {
    Print(std::string(FormatName(format)) + "\n");
  } else if (const auto chosen = FormatFromName(argument)) {
    format = *chosen;
  } else {
    Print("unknown format '" + argument + "'; the formats are " + FormatNames() + "\n");
  }
}

void Shell::SetRows(const std::string& argument) {
  int64_t& rows_max = runner_->display().writer.rows_max;
  if (argument.empty()) {
    Print(std::to_string(rows_max) + "\n");
    return;
  }
  int64_t value = 0;
  const char* end = argument.data() + argument.size();
  const auto [parsed, error] = std::from_chars(argument.data(), end, value);
  if (error != std::errc() || parsed != end || value < 0) {
    Print("'" + argument + "' is not a number of rows; 0 shows all\n");
  } else {
    rows_max = value;
  }
}

void Shell::Print(const std::string& text) {
  runner_->output().Write(text);
  // A terminal that is gone ends the shell at the next read.
  [[maybe_unused]] const Status status = runner_->output().Flush();
}

}  // namespace fathom
