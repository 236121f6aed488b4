// Answers that were paid for, kept in one SQLite file (WAL) that processes share: results by
// (model, task, input), runs, and what failed in them.
//
//   Question   what all inputs of one task on one model share; interned as a small number
//   claim      "this process is asking": equal work in progress is not done twice. Claims of a
//              process that died are void at once: each open Ledger holds a lock of the operating
//              system on its own byte of PATH-owners, which dies with it.
//   payload    an answer's bytes; this layer does not look into them
//
//   auto states = ledger->Claim(question, inputs, run);   // kMine: ask the model, then
//   ledger->Append(question, input, payload, run);        // or Release, where it failed
//   ledger->Flush();                                      // now a power cut takes nothing away
//   kOthers: do the rest first, then Claim these again; their answers come, or their asker goes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace fathom {

using QuestionId = int64_t;
using RunId = int64_t;

struct QuestionKey {
  std::string model;        // fingerprint
  std::string task;         // fingerprint
  std::string model_name;   // for people
  std::string function;     // "ai_filter", for people
  std::string description;  // the input's template, for people
};

enum class RunState { kRunning, kDone, kFailed, kCancelled, kDied };
const char* RunStateName(RunState state);  // "running", "done", ...

// Everything that running the statement again takes.
struct RunStart {
  std::string sql;
  std::string setup;      // statements the session ran before and the statement may need; a script
  std::string database;   // path of the DuckDB file; empty = in memory
  std::string directory;  // working directory
  std::string model;      // default model's name
};

// Cumulative, so that a later update replaces an earlier one.
struct RunFigures {
  int64_t rows = 0;
  int64_t distinct_inputs = 0;
  int64_t from_ledger = 0;
  int64_t asked = 0;
  int64_t failed = 0;
  int64_t prompt_tokens = 0;
  int64_t generated_tokens = 0;
  double seconds = 0;
  double cost = 0;   // US dollars
  std::string plan;  // as EXPLAIN shows it; empty = unknown
};

struct RunRecord {
  RunId id = 0;
  RunState state = RunState::kRunning;  // kDied: still running on record, but its process is gone
  int64_t began_ms = 0;                 // since 1970, UTC
  int64_t ended_ms = 0;                 // 0 = not ended
  RunStart start;
  RunFigures figures;
  std::string message;  // why it failed
};

// A row that became NULL.
struct RowError {
  std::string function;
  std::string reason;   // "too_long"
  std::string message;  // with this row's numbers
  std::string input;    // the text; the caller shortens it
  int64_t rows = 1;     // rows with this input
};

struct PruneOptions {
  std::optional<int64_t> before_ms;  // answers and runs older than this go
  std::optional<int64_t> max_bytes;  // the oldest answers go until the file is no larger
};
struct Pruned {
  int64_t answers = 0;
  int64_t runs = 0;
  int64_t bytes = 0;  // the file became smaller by
};

struct ExportedAnswer {
  QuestionKey question;
  std::string input;
  std::string payload;
  RunId run = 0;
  int64_t at_ms = 0;
};

// What Claim found out about an input.
struct Claimed {
  enum class State {
    kAnswered,  // `payload` is the answer
    kMine,      // to be asked by this process, which has to Append or Release it
    kOthers,    // another live process (or another Ledger object) is asking: Claim again later
  };
  State state = State::kMine;
  std::string payload;
};

// Errors   of every member: kIo when the system refuses (disk full, read-only, locked too long),
//          kCorrupt when the file is damaged or no ledger, kUnsupported when a newer fathom wrote
//          it. Messages name the file and say what to do. What was committed before stays intact.
// Threads  every member may be called concurrently. Not across fork: a child opens its own.
class Ledger {
 public:
  struct Options {
    std::string path;
    // List, export: no owner is made, nothing is written; works where nothing can be written, too.
    // kNotFound where there is no ledger; members that write fail with kInvalidArgument.
    bool read_only = false;
    int64_t max_bytes = 0;         // 0 = no limit; else the oldest answers go when a run begins
    double busy_seconds_max = 30;  // how long to wait for another process's write
  };

  // Makes the file (mode 0600) and missing folders; migrates an older schema, in one transaction.
  static Result<std::unique_ptr<Ledger>> Open(Options options);
  ~Ledger();  // flushes; releases what is claimed

  const std::string& path() const;

  // kIo when the file was removed or another one put in its place: what is written now is lost.
  Status CheckInPlace() const;

  // The number of `key`, made when it is new.
  Result<QuestionId> Question(const QuestionKey& key);

  // payloads[i] of inputs[i], nullopt where there is none. Claims nothing. Fast for many inputs:
  // a microsecond each.
  Result<std::vector<std::optional<std::string>>> Lookup(QuestionId question,
                                                         std::span<const std::string_view> inputs);

  // One state per input, in one transaction. What this Ledger has claimed before is kMine again:
  // callers that share a Ledger tell each other what they ask. REQUIRES inputs distinct
  Result<std::vector<Claimed>> Claim(QuestionId question, std::span<const std::string> inputs,
                                     RunId run);

  // Hands an answer to the writer thread, which commits what has come together, with fsync, and
  // then again: an answer is durable some milliseconds after it exists, and slow disks do not slow
  // the model down. Ends the input's claim. Lookup and Claim of this Ledger see it at once, others
  // when it is durable. A later answer replaces an earlier one.
  void Append(QuestionId question, std::string input, std::string payload, RunId run);
  // Waits until everything appended is durable. Errors: the writer's first; it wrote nothing since.
  Status Flush();

  // Gives claims up without an answer: the row failed, the run ended.
  Status Release(QuestionId question, std::span<const std::string> inputs);

  Result<RunId> BeginRun(const RunStart& start);
  Status UpdateRun(RunId run, const RunFigures& figures);  // kNotFound
  // Errors: kNotFound; kInvalidArgument when `state` is kRunning or kDied.
  Status EndRun(RunId run, RunState state, const RunFigures& figures, const std::string& message);
  Status AddErrors(RunId run, std::span<const RowError> errors);

  Result<std::vector<RunRecord>> Runs();  // newest first
  Result<RunRecord> Run(RunId run);       // kNotFound
  Result<std::vector<RowError>> Errors(RunId run);

  Result<Pruned> Prune(const PruneOptions& options);
  // Every answer (of `run`, if given), oldest first, as they were when it began. `sink` returning
  // false ends it; it may use this Ledger.
  Status Export(std::optional<RunId> run, const std::function<bool(const ExportedAnswer&)>& sink);

  // Small facts kept with the answers, like a machine's measured speed. nullopt = unknown.
  Result<std::optional<std::string>> Fact(const std::string& name);
  Status SetFact(const std::string& name, const std::string& value);

  // Where the ledger is unless told otherwise: $FATHOM_LEDGER, else
  // ${XDG_DATA_HOME:-~/.local/share}/fathom/ledger.db.
  static std::string DefaultPath();

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fathom
