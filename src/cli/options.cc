#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>
#include <utility>

#include "cli/nearest_word.h"
#include "io/sha256.h"

namespace fathom {
namespace {

constexpr int kThreadsMax = 1024;

Error Usage(const std::string& message) { return {ErrorCode::kInvalidArgument, message}; }

Error SourceUsage() {
  return Usage(
      "fathom source needs a command: fathom source list, fathom source add NAME|PATH or fathom "
      "source remove NAME");
}

// Options as they stand on the command line, before they are checked.
struct RawOptions {
  std::string format;
  std::string threads;
  std::string rows;
  std::string run_id;
  std::string days;
  std::string megabytes;
  bool help = false;
  bool version = false;
};

// The options of all commands. `--help` is ours: see help.h.
class Parser {
 public:
  explicit Parser(Options* options) : app_("fathom") {
    app_.set_help_flag();
    app_.allow_extras();
    app_.require_subcommand(0, 1);
    app_.add_option("script", options->script);
    app_.add_option("-c,--command", options->statements)->allow_extra_args(false);
    app_.add_option("-d,--database", options->database);
    app_.add_flag("--read-only", options->read_only);
    AddCommon(&app_, options);

    models_ = app_.add_subcommand("models");
    model_ = app_.add_subcommand("model");
    pull_ = model_->add_subcommand("pull");
    pull_->add_option("source", options->pull.source);
    pull_->add_option("--as", options->pull.name);
    pull_->add_option("--sha256", options->pull.sha256);
    pull_->add_flag("--replace", options->pull.replace);
    AddRuns(options);
    source_ = app_.add_subcommand("source");
    source_list_ = source_->add_subcommand("list");
    source_add_ = source_->add_subcommand("add");
    source_remove_ = source_->add_subcommand("remove");
    for (CLI::App* command : {source_add_, source_remove_}) {
      command->add_option("source", options->source);
    }
    for (CLI::App* command :
         {models_, model_, pull_, source_, source_list_, source_add_, source_remove_}) {
      Prepare(command);
    }
    AddCommon(models_, options);
    AddCommon(pull_, options);
    AddCommon(source_list_, options);
    for (CLI::App* command : {model_, source_, source_add_, source_remove_}) {
      command->add_flag("-h,--help", raw_.help);
    }
  }

  Status Parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {  // CLI11 knows no other way
      return Usage(std::string(error.what()) + " (fathom --help shows all options)");
    }
    return CheckExtras();
  }

  const RawOptions& raw() const { return raw_; }
  bool is_models() const { return models_->parsed(); }
  bool is_model() const { return model_->parsed(); }
  bool is_pull() const { return pull_->parsed(); }
  bool is_runs() const { return runs_->parsed(); }
  bool is_source() const { return source_->parsed(); }
  // Of a `source` command; nullopt = none was given.
  std::optional<Command> source_command() const {
    if (source_list_->parsed()) return Command::kSourceList;
    if (source_add_->parsed()) return Command::kSourceAdd;
    if (source_remove_->parsed()) return Command::kSourceRemove;
    return std::nullopt;
  }
  bool given(const char* option) const { return app_.get_option(option)->count() > 0; }

 private:
  void AddCommon(CLI::App* command, Options* options) {
    command->add_option("--model", options->model);
    command->add_option("--ledger", options->ledger);
    command->add_option("--threads", raw_.threads);
    command->add_option("--format", raw_.format);
    command->add_option("--rows", raw_.rows);
    command->add_flag("-q,--quiet", options->quiet);
    command->add_flag("-h,--help", raw_.help);
    command->add_flag("--version", raw_.version);
  }

  static void Prepare(CLI::App* command) {
    command->set_help_flag();
    command->allow_extras();
    command->silent(false);
  }

  void AddRuns(Options* options) {
    runs_ = app_.add_subcommand("runs");
    Prepare(runs_);
    runs_->require_subcommand(0, 1);
    AddCommon(runs_, options);
    const std::pair<const char*, RunsAction> actions[] = {{"show", RunsAction::kShow},
                                                          {"resume", RunsAction::kResume},
                                                          {"export", RunsAction::kExport},
                                                          {"prune", RunsAction::kPrune}};
    for (const auto& [name, action] : actions) {
      CLI::App* command = runs_->add_subcommand(name);
      Prepare(command);
      AddCommon(command, options);
      command->callback([options, action = action] { options->runs.action = action; });
      if (action == RunsAction::kPrune) {
        command->add_option("--older-than", raw_.days);
        command->add_option("--max-size", raw_.megabytes);
      } else {
        command->add_option("id", raw_.run_id);
      }
    }
  }

  const CLI::App* Innermost() const {
    for (const CLI::App* command : runs_->get_subcommands()) return command;
    if (runs_->parsed()) return runs_;
    if (pull_->parsed()) return pull_;
    if (model_->parsed()) return model_;
    for (const CLI::App* command : {source_list_, source_add_, source_remove_, source_}) {
      if (command->parsed()) return command;
    }
    return models_->parsed() ? models_ : &app_;
  }

  Status CheckExtras() const {
    const std::vector<std::string> extras = app_.remaining(true);
    if (extras.empty() || raw_.help) return {};
    const CLI::App* command = Innermost();
    const std::string word = extras[0].substr(0, extras[0].find('='));
    if (command == source_) return SourceUsage();
    if (word.size() < 2 || word[0] != '-') {
      return Usage("unexpected argument '" + extras[0] +
                   "' (one SQL file; several statements with -c each)");
    }
    std::vector<std::string> known;
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
      for (const std::string& name : option->get_snames()) known.push_back("-" + name);
    }
    const auto nearest = NearestWord(word, known);
    return Usage("unknown option '" + word + "'" +
                 (nearest ? "; did you mean '" + *nearest + "'?" : "") +
                 " (fathom --help shows all options)");
  }

  CLI::App app_;
  CLI::App* models_;
  CLI::App* model_;
  CLI::App* pull_;
  CLI::App* runs_;
  CLI::App* source_;
  CLI::App* source_list_;
  CLI::App* source_add_;
  CLI::App* source_remove_;
  RawOptions raw_;
};

// A whole number from `low` to `high`.
Result<int64_t> Number(const char* option, const std::string& text, int64_t low, int64_t high) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= low && value <= high) {
    return value;
  }
  return Usage(std::string(option) + " is '" + text + "', but has to be a whole number from " +
               std::to_string(low) + " to " + std::to_string(high));
}

Status TakeNumbers(const RawOptions& raw, Options* options) {
  if (!raw.threads.empty()) {
    FATHOM_ASSIGN_OR_RETURN(const int64_t threads,
                            Number("--threads", raw.threads, 1, kThreadsMax));
    options->threads = static_cast<int>(threads);
  }
  if (!raw.rows.empty()) {
    FATHOM_ASSIGN_OR_RETURN(options->rows_max, Number("--rows", raw.rows, 0, 1'000'000'000));
  }
  if (!raw.format.empty()) {
    options->format = FormatFromName(raw.format);
    if (!options->format) {
      return Usage("unknown format '" + raw.format + "'; the formats are " + FormatNames());
    }
  }
  return {};
}

Status TakeRuns(const RawOptions& raw, RunsOptions* runs) {
  const auto take = [](const char* what, const std::string& text,
                       std::optional<int64_t>* number) -> Status {
    if (text.empty()) return {};
    FATHOM_ASSIGN_OR_RETURN(*number, Number(what, text, 0, 1'000'000'000'000));
    return {};
  };
  FATHOM_RETURN_IF_ERROR(take("the run's id", raw.run_id, &runs->id));
  FATHOM_RETURN_IF_ERROR(take("--older-than (days)", raw.days, &runs->days));
  FATHOM_RETURN_IF_ERROR(take("--max-size (megabytes)", raw.megabytes, &runs->megabytes));
  const bool needs_id = runs->action == RunsAction::kShow || runs->action == RunsAction::kResume;
  if (needs_id && !runs->id) {
    return Usage("which run? `fathom runs` lists their ids: fathom runs show ID");
  }
  if (runs->action == RunsAction::kPrune && !runs->days && !runs->megabytes) {
    return Usage("fathom runs prune needs --older-than DAYS or --max-size MEGABYTES");
  }
  return {};
}

Status CheckQuery(const Options& options) {
  if (!options.script.empty() && !options.statements.empty()) {
    return Usage("give either -c or the file '" + options.script + "', not both");
  }
  if (options.read_only && options.database.empty()) {
    return Usage("--read-only needs a database: -d FILE");
  }
  return {};
}

Status CheckPull(const PullOptions& pull) {
  if (pull.source.empty()) {
    return Usage(
        "fathom model pull needs a model: a name of `fathom models`, a URL or the path of a GGUF "
        "file");
  }
  if (!pull.sha256.empty() && !IsSha256Hex(pull.sha256)) {
    return Usage("--sha256 has to be 64 hexadecimal digits, but is '" + pull.sha256 + "'");
  }
  return {};
}

Result<Command> CheckSource(const std::optional<Command>& command, const std::string& source) {
  if (!command) return SourceUsage();
  if (*command == Command::kSourceList || !source.empty()) return *command;
  return Usage(*command == Command::kSourceAdd
                   ? "fathom source add needs a source: a name of `fathom source list`, or the "
                     "path of a .duckdb_extension or .whl file"
                   : "fathom source remove needs a name of `fathom source list`");
}

}  // namespace

Result<Options> ParseOptions(int argc, const char* const* argv) {
  Options options;
  Parser parser(&options);
  FATHOM_RETURN_IF_ERROR(parser.Parse(argc, argv));
  const RawOptions& raw = parser.raw();
  if (raw.help || raw.version) {
    options.command = raw.help ? Command::kHelp : Command::kVersion;
    return options;
  }
  FATHOM_RETURN_IF_ERROR(TakeNumbers(raw, &options));
  if (parser.given("-d") && options.database.empty()) return Usage("-d needs the name of a file");
  if (parser.is_pull()) {
    options.command = Command::kPull;
    FATHOM_RETURN_IF_ERROR(CheckPull(options.pull));
  } else if (parser.is_runs()) {
    options.command = Command::kRuns;
    FATHOM_RETURN_IF_ERROR(TakeRuns(raw, &options.runs));
  } else if (parser.is_models()) {
    options.command = Command::kModels;
  } else if (parser.is_source()) {
    FATHOM_ASSIGN_OR_RETURN(options.command, CheckSource(parser.source_command(), options.source));
  } else if (parser.is_model()) {
    return Usage("fathom model needs a command: fathom model pull NAME|URL|PATH");
  } else {
    FATHOM_RETURN_IF_ERROR(CheckQuery(options));
  }
  return options;
}

}  // namespace fathom
