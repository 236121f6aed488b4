#include "cli/program.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>

#include "cli/completion.h"
#include "cli/help.h"
#include "cli/history.h"
#include "cli/interrupt.h"
#include "cli/line_editor.h"
#include "cli/models_command.h"
#include "cli/options.h"
#include "cli/pull_command.h"
#include "cli/runs_command.h"
#include "cli/script_source.h"
#include "cli/shell.h"
#include "cli/source_command.h"
#include "cli/statement_runner.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "duck/session.h"
#include "duck/source_catalog.h"
#include "llm/model_catalog.h"
#include "llm/model_registry.h"

namespace fathom {
namespace {

constexpr int kExitDone = 0;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
constexpr int kExitInterrupted = 130;

constexpr int64_t kTerminalRowsMax = 200;  // what scrolls by is not read

int Fail(const Error& error, int status) {
  if (error.code == ErrorCode::kCancelled && Interrupted()) return kExitInterrupted;
  std::fputs(("fathom: " + error.message + "\n").c_str(), stderr);
  return status;
}

int ExitStatus(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone:
    case Outcome::kOutputClosed: return kExitDone;  // the reader has all it wanted
    case Outcome::kFailed: return kExitFailed;
    case Outcome::kInterrupted: return kExitInterrupted;
  }
  FATHOM_ASSERT(false);
}

DisplayOptions MakeDisplay(const Options& options) {
  const bool to_terminal = IsTerminal(STDOUT_FILENO);
  DisplayOptions display;
  display.format = options.format.value_or(to_terminal ? Format::kBox : Format::kCsv);
  display.writer.width_max = to_terminal ? TerminalWidth(STDOUT_FILENO) : 0;
  display.writer.rows_max = options.rows_max.value_or(to_terminal ? kTerminalRowsMax : 0);
  display.quiet = options.quiet;
  display.progress = IsTerminal(STDERR_FILENO);
  return display;
}

void ShowModels(const ModelRegistry& registry, const std::string& chosen,
                const DisplayOptions& display, Output* output) {
  WriteModels(registry.List(), chosen, display.format, display.writer, output);
}

int FinishList(const Options& options, Output* output, const std::string& hint) {
  const Status status = output->Flush();
  if (!status.ok()) return Fail(status.error(), kExitFailed);
  if (!options.quiet && IsTerminal(STDERR_FILENO)) std::fputs((hint + "\n").c_str(), stderr);
  return kExitDone;
}

int RunModels(const Options& options, const ModelRegistry& registry) {
  Output output(STDOUT_FILENO);
  ShowModels(registry, kDefaultModel, MakeDisplay(options), &output);
  return FinishList(
      options, &output,
      "fathom model pull NAME|URL|PATH installs one in " + ModelRegistry::DefaultModelsDir());
}

int RunSourceList(const Options& options) {
  std::vector<ModelEntry> entries;  // they are shown in the same columns
  for (const SourceEntry& source : ListSources(DefaultSourcesDir())) {
    entries.push_back(
        {source.name, source.description, source.path, source.installed, source.bytes});
  }
  Output output(STDOUT_FILENO);
  const DisplayOptions display = MakeDisplay(options);
  WriteModels(entries, "", display.format, display.writer, &output);
  return FinishList(options, &output, "fathom source add NAME|PATH installs one");
}

Outcome RunStatements(const std::vector<std::string>& statements, StatementRunner* runner) {
  for (size_t i = 0; i < statements.size(); ++i) {
    const std::string name = statements.size() > 1 ? "-c " + std::to_string(i + 1) : "";
    const Outcome outcome = runner->RunScript(statements[i], name);
    if (outcome != Outcome::kDone) return outcome;
  }
  return Outcome::kDone;
}

std::string Greeting(const std::string& model, const ModelRegistry& registry) {
  std::string text = "fathom " + std::string(kFathomVersion) + ", model " + model +
                     "; end statements with ';', .help for help\n";
  for (const ModelEntry& entry : registry.List()) {
    if (entry.name == model && !entry.installed) {
      text += "the model is not installed yet: fathom model pull " + model + "\n";
    }
  }
  return text;
}

void RunShell(const std::string& model, const ModelRegistry& registry, StatementRunner* runner) {
  runner->display().interactive = true;
  const Completer completer = [&](const std::string& before) {
    return CompleteWord(before, runner->session().CompletionWords());
  };
  LineEditor editor(completer);
  HistoryFile history(DefaultHistoryPath());
  for (const std::string& entry : history.Load()) editor.AddHistory(entry);

  ShellHooks hooks;
  hooks.read_line = [&](const std::string& prompt) {
    Line line = editor.Read(prompt);
    if (runner->display().writer.width_max > 0) {  // the window may have another size by now
      runner->display().writer.width_max = TerminalWidth(STDOUT_FILENO);
    }
    return line;
  };
  hooks.remember = [&](const std::string& entry) {
    editor.AddHistory(entry);
    history.Append(entry);
  };
  hooks.show_models = [&] { ShowModels(registry, model, runner->display(), &runner->output()); };
  if (!runner->display().quiet) std::fputs(Greeting(model, registry).c_str(), stderr);
  Shell(runner, hooks).Run();
}

std::string LedgerPath(const Options& options) {
  if (!options.ledger) return Ledger::DefaultPath();
  return options.ledger->empty() ? "" : std::filesystem::absolute(*options.ledger).string();
}

int RunRunsCommand(const Options& options) {
  const DisplayOptions display = MakeDisplay(options);
  Output output(STDOUT_FILENO);
  Status status =
      RunRuns(options.runs, LedgerPath(options), display.format, display.writer, &output);
  const Status flushed = output.Flush();
  if (status.ok()) status = flushed;
  return status.ok() ? kExitDone : Fail(status.error(), kExitFailed);
}

// Runs a statement of the ledger again where it ran, after what it depends on: what was answered
// before is not asked again.
int ResumeRun(const Options& options, ModelRegistry* registry) {
  Result<std::unique_ptr<Ledger>> ledger =
      Ledger::Open({.path = LedgerPath(options), .read_only = true});
  if (!ledger.ok()) return Fail(ledger.error(), kExitFailed);
  const Result<RunRecord> run = (*ledger)->Run(*options.runs.id);
  if (!run.ok()) return Fail(run.error(), kExitFailed);
  std::error_code failed;
  std::filesystem::current_path(run->start.directory, failed);
  if (failed) {
    return Fail({ErrorCode::kIo, "run " + std::to_string(run->id) + " belongs to the folder " +
                                     run->start.directory + ": " + failed.message()},
                kExitFailed);
  }
  Result<std::unique_ptr<Session>> session =
      Session::Open({.database = run->start.database,
                     .models = registry,
                     .default_model = options.model.empty() ? run->start.model : options.model,
                     .ledger = (*ledger)->path(),
                     .sources_dir = DefaultSourcesDir()});
  if (!session.ok()) return Fail(session.error(), kExitFailed);
  Output output(STDOUT_FILENO);
  Output nowhere(open("/dev/null", O_WRONLY | O_CLOEXEC));
  DisplayOptions quiet = MakeDisplay(options);
  quiet.quiet = true;
  const Outcome prepared =
      StatementRunner(session->get(), &nowhere, quiet).RunScript(run->start.setup, "setup");
  if (prepared != Outcome::kDone) return ExitStatus(prepared);
  StatementRunner runner(session->get(), &output, MakeDisplay(options));
  return ExitStatus(runner.RunScript(run->start.sql, ""));
}

int RunQuery(const Options& options, ModelRegistry* registry) {
  const std::string model = options.model.empty() ? kDefaultModel : options.model;
  std::string script;
  const bool from_stdin =
      options.statements.empty() &&
      (options.script == "-" || (options.script.empty() && !IsTerminal(STDIN_FILENO)));
  if (from_stdin || !options.script.empty()) {
    Result<std::string> text = from_stdin ? ReadStandardInput() : ReadScript(options.script);
    if (!text.ok()) return Fail(text.error(), from_stdin ? kExitFailed : kExitUsage);
    script = std::move(*text);
  }
  Result<std::unique_ptr<Session>> session = Session::Open({.database = options.database,
                                                            .read_only = options.read_only,
                                                            .models = registry,
                                                            .default_model = model,
                                                            .ledger = LedgerPath(options),
                                                            .sources_dir = DefaultSourcesDir()});
  if (!session.ok()) return Fail(session.error(), kExitFailed);
  Output output(STDOUT_FILENO);
  StatementRunner runner(session->get(), &output, MakeDisplay(options));
  if (!options.statements.empty()) return ExitStatus(RunStatements(options.statements, &runner));
  if (from_stdin) return ExitStatus(runner.RunScript(script, "standard input"));
  if (!options.script.empty()) return ExitStatus(runner.RunScript(script, options.script));
  RunShell(model, *registry, &runner);
  return kExitDone;
}

}  // namespace

int RunProgram(int argc, const char* const* argv) {
  UseUtf8();
  HandleSignals();
  const Result<Options> options = ParseOptions(argc, argv);
  if (!options.ok()) return Fail(options.error(), kExitUsage);
  ModelRegistry registry(
      {.models_dir = ModelRegistry::DefaultModelsDir(), .threads = options->threads});
  switch (options->command) {
    case Command::kHelp: std::fputs(HelpText().c_str(), stdout); return kExitDone;
    case Command::kVersion: std::fputs(VersionText().c_str(), stdout); return kExitDone;
    case Command::kModels: return RunModels(*options, registry);
    case Command::kPull: return RunPull(*options, registry);
    case Command::kRuns:
      return options->runs.action == RunsAction::kResume ? ResumeRun(*options, &registry)
                                                         : RunRunsCommand(*options);
    case Command::kSourceList: return RunSourceList(*options);
    case Command::kSourceAdd: return RunSourceAdd(*options, &registry);
    case Command::kSourceRemove: return RunSourceRemove(*options);
    case Command::kQuery: return RunQuery(*options, &registry);
  }
  FATHOM_ASSERT(false);
}

}  // namespace fathom
