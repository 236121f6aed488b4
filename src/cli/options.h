// The command line: what the user asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/result_writer.h"

namespace fathom {

enum class Command {
  kQuery,
  kModels,
  kPull,
  kRuns,
  kSourceList,
  kSourceAdd,
  kSourceRemove,
  kHelp,
  kVersion
};

// How a model gets into the cache.
struct PullOptions {
  std::string source{};  // a catalogue name, a URL, or a path
  std::string name{};    // to install it under; empty = from the file name
  std::string sha256{};  // 64 digits that the file must have; empty = any
  bool replace = false;
};

enum class RunsAction { kList, kShow, kResume, kExport, kPrune };

// `fathom runs`: what the ledger knows.
struct RunsOptions {
  RunsAction action = RunsAction::kList;
  std::optional<int64_t> id;         // show, resume: always; export: all runs without
  std::optional<int64_t> days;       // prune: what is older goes
  std::optional<int64_t> megabytes;  // prune: the oldest go until no more is left
};

struct Options {
  Command command = Command::kQuery;

  std::vector<std::string> statements;  // -c, in order
  std::string script;                   // a file, or "-" for standard input; empty = none
  std::string database;                 // empty = in memory
  bool read_only = false;
  std::string model;                  // empty = the default one
  std::optional<std::string> ledger;  // a file; '' = none; not given = the default one
  int threads = 0;                    // 0 = all
  std::optional<Format> format;       // nullopt = box on a terminal, csv elsewhere
  std::optional<int64_t> rows_max;    // of a box; nullopt = 200 on a terminal, all elsewhere
  bool quiet = false;

  PullOptions pull;
  RunsOptions runs;
  std::string source;  // of kSourceAdd, a name or a path; of kSourceRemove, a name
};

// Errors: kInvalidArgument, saying what was probably meant.
Result<Options> ParseOptions(int argc, const char* const* argv);

}  // namespace fathom
