#include "ledger/ledger.h"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <utility>

#include "ledger/answers.h"
#include "ledger/claims.h"
#include "ledger/database.h"
#include "ledger/export.h"
#include "ledger/facts.h"
#include "ledger/ledger_path.h"
#include "ledger/owners.h"
#include "ledger/prune.h"
#include "ledger/runs.h"
#include "ledger/schema.h"
#include "ledger/writer.h"

namespace fathom {
namespace {

int64_t NowMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// A connection that several threads use in turns.
struct Shared {
  explicit Shared(Database opened) : database(std::move(opened)) {}
  std::mutex mutex;
  Database database;
};

Result<Database> OpenCurrent(const Ledger::Options& options) {
  FATHOM_RETURN_IF_ERROR(MakePrivateFile(options.path));
  FATHOM_ASSIGN_OR_RETURN(Database database, Database::Open(options.path, Database::Mode::kWrite,
                                                            options.busy_seconds_max));
  FATHOM_RETURN_IF_ERROR(MigrateLedger(database, LedgerSteps()));
  return database;
}

Result<Database> OpenToRead(const Ledger::Options& options) {
  std::error_code ignored;
  if (!std::filesystem::exists(options.path, ignored)) {
    return Error{ErrorCode::kNotFound, options.path + ": there is no ledger yet"};
  }
  FATHOM_ASSIGN_OR_RETURN(Database database, Database::Open(options.path, Database::Mode::kRead,
                                                            options.busy_seconds_max));
  const auto newest = static_cast<int64_t>(LedgerSteps().size());
  int64_t version = 0;
  {
    FATHOM_ASSIGN_OR_RETURN(const Transaction look,
                            Transaction::Begin(database, Transaction::Kind::kRead));
    FATHOM_ASSIGN_OR_RETURN(version, LedgerVersion(database, newest));
  }
  if (version < newest) {
    return Error{ErrorCode::kUnsupported,
                 database.path() + ": was made by an older fathom (format " +
                     std::to_string(version) + ", now " + std::to_string(newest) +
                     "); the next query that uses it brings it up to date"};
  }
  return database;
}

using FileIdentity = std::pair<dev_t, ino_t>;

// Zeros: there is none.
FileIdentity IdentifyFile(const std::string& path) {
  struct stat about = {};
  if (::stat(path.c_str(), &about) != 0) return {};
  return {about.st_dev, about.st_ino};
}

}  // namespace

// Three connections, so that nothing waits that need not: lookups never for a write, claims and
// runs only while a group is being committed.
struct Ledger::State {
  State(Options options_in, Database reader_in, OwnersFile owners_in)
      : options(std::move(options_in)),
        path(reader_in.path()),
        reader(std::move(reader_in)),
        owners(std::move(owners_in)) {}

  Error ReadOnly() const {
    return {ErrorCode::kInvalidArgument, path + ": was opened for reading only"};
  }
  bool IsAlive(OwnerId id) const { return id == owner || owners.IsHeldByOthers(id); }
  fathom::IsAlive AliveTest() const {
    return [this](OwnerId id) { return IsAlive(id); };
  }

  // An eighth below the limit, so that not every run rewrites the file. Tidying up that fails does
  // not keep a run from beginning; where it matters, what follows fails, too.
  void KeepBelowLimit(Database& database) const {
    if (options.max_bytes <= 0) return;
    const Result<int64_t> bytes = LedgerBytes(database);
    if (!bytes.ok() || *bytes <= options.max_bytes) return;
    PruneOptions prune;
    prune.max_bytes = options.max_bytes - options.max_bytes / 8;
    static_cast<void>(PruneLedger(database, prune, AliveTest()).ok());
  }

  // Calls `use(database)` with the connection for writing.
  template <typename Use>
  auto Write(const Use& use) -> decltype(use(std::declval<Database&>())) {
    if (control == nullptr) return ReadOnly();
    const std::lock_guard lock(control->mutex);
    return use(control->database);
  }

  const Options options;
  const std::string path;
  const FileIdentity file = IdentifyFile(path);
  Shared reader;
  OwnersFile owners;
  // The rest only for a Ledger that writes.
  OwnerId owner = 0;  // nobody's number
  std::unique_ptr<Shared> control;
  std::unique_ptr<Database> appends;  // used by the writer's thread
  std::unique_ptr<AnswerWriter> writer;
};

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Ledger>> Ledger::Open(Options options) {
  if (options.path.empty()) {
    return Error{ErrorCode::kInvalidArgument, "the ledger's path is empty; set FATHOM_LEDGER"};
  }
  if (options.read_only) {
    FATHOM_ASSIGN_OR_RETURN(Database reader, OpenToRead(options));
    OwnersFile owners = OwnersFile::Look(reader.path());
    return std::unique_ptr<Ledger>(new Ledger(
        std::make_unique<State>(std::move(options), std::move(reader), std::move(owners))));
  }
  FATHOM_ASSIGN_OR_RETURN(Database control, OpenCurrent(options));
  FATHOM_ASSIGN_OR_RETURN(OwnersFile owners, OwnersFile::Open(control.path()));
  FATHOM_ASSIGN_OR_RETURN(const OwnerId owner, RegisterOwner(control, owners));
  FATHOM_ASSIGN_OR_RETURN(Database reader, Database::Open(options.path, Database::Mode::kRead,
                                                          options.busy_seconds_max));
  FATHOM_ASSIGN_OR_RETURN(Database appends, Database::Open(options.path, Database::Mode::kWrite,
                                                           options.busy_seconds_max));
  auto state = std::make_unique<State>(std::move(options), std::move(reader), std::move(owners));
  state->owner = owner;
  state->control = std::make_unique<Shared>(std::move(control));
  state->appends = std::make_unique<Database>(std::move(appends));
  state->writer = std::make_unique<AnswerWriter>(
      [&database = *state->appends](const std::deque<NewAnswer>& answers) {
        return WriteAnswers(database, answers);
      });
  return std::unique_ptr<Ledger>(new Ledger(std::move(state)));
}

Ledger::~Ledger() {
  if (state_->control == nullptr) return;
  state_->writer.reset();
  // Where this fails, closing the file of the owners voids the claims all the same.
  static_cast<void>(UnregisterOwner(state_->control->database, state_->owner).ok());
}

const std::string& Ledger::path() const { return state_->path; }

Status Ledger::CheckInPlace() const {
  if (IdentifyFile(state_->path) == state_->file) return {};
  return Status(ErrorCode::kIo,
                state_->path +
                    ": was removed or replaced while it was in use; answers since then are lost "
                    "and will be asked again");
}

Result<QuestionId> Ledger::Question(const QuestionKey& key) {
  {
    const std::lock_guard lock(state_->reader.mutex);
    FATHOM_ASSIGN_OR_RETURN(const std::optional<QuestionId> found,
                            FindQuestion(state_->reader.database, key));
    if (found.has_value()) return *found;
  }
  return state_->Write(
      [&](Database& database) -> Result<QuestionId> { return MakeQuestion(database, key); });
}

Result<std::vector<std::optional<std::string>>> Ledger::Lookup(
    QuestionId question, std::span<const std::string_view> inputs) {
  const std::vector<InputKey> keys = InputKeys(inputs);
  Payloads pending(keys.size());
  if (state_->writer != nullptr) state_->writer->FindPending(question, keys, pending);
  const std::lock_guard lock(state_->reader.mutex);
  FATHOM_ASSIGN_OR_RETURN(Payloads payloads, FindAnswers(state_->reader.database, question, keys));
  for (size_t i = 0; i < keys.size(); ++i) {
    if (pending[i].has_value()) payloads[i] = std::move(pending[i]);
  }
  return payloads;
}

Result<std::vector<Claimed>> Ledger::Claim(QuestionId question, std::span<const std::string> inputs,
                                           [[maybe_unused]] RunId run) {
  const std::vector<InputKey> keys = InputKeys(inputs);
  Payloads pending(keys.size());
  if (state_->writer != nullptr) state_->writer->FindPending(question, keys, pending);
  std::vector<InputKey> open;  // without an answer on its way
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!pending[i].has_value()) open.push_back(keys[i]);
  }
  FATHOM_ASSIGN_OR_RETURN(
      std::vector<Claimed> found,
      state_->Write([&](Database& database) -> Result<std::vector<Claimed>> {
        return ClaimInputs(database, question, open, {state_->owner, &state_->owners});
      }));
  std::vector<Claimed> states(keys.size());
  for (size_t i = 0, next = 0; i < keys.size(); ++i) {
    states[i] = pending[i].has_value() ? Claimed{Claimed::State::kAnswered, std::move(*pending[i])}
                                       : std::move(found[next++]);
  }
  return states;
}

void Ledger::Append(QuestionId question, std::string input, std::string payload, RunId run) {
  if (state_->writer == nullptr) return;
  const int64_t hash = InputHash(input);
  state_->writer->Append({.question = question,
                          .hash = hash,
                          .input = std::move(input),
                          .payload = std::move(payload),
                          .run = run,
                          .at_ms = NowMs()});
}

Status Ledger::Flush() {
  if (state_->writer == nullptr) return state_->ReadOnly();
  return state_->writer->Flush();
}

Status Ledger::Release(QuestionId question, std::span<const std::string> inputs) {
  return state_->Write([&](Database& database) -> Status {
    return ReleaseInputs(database, question, InputKeys(inputs), state_->owner);
  });
}

Result<RunId> Ledger::BeginRun(const RunStart& start) {
  return state_->Write([&](Database& database) -> Result<RunId> {
    state_->KeepBelowLimit(database);
    return InsertRun(database, state_->owner, start, NowMs());
  });
}

Status Ledger::UpdateRun(RunId run, const RunFigures& figures) {
  return state_->Write(
      [&](Database& database) -> Status { return WriteFigures(database, run, figures); });
}

Status Ledger::EndRun(RunId run, RunState state, const RunFigures& figures,
                      const std::string& message) {
  if (state == RunState::kRunning || state == RunState::kDied) {
    return Status(ErrorCode::kInvalidArgument,
                  std::string("a run cannot end as \"") + RunStateName(state) + "\"");
  }
  return state_->Write([&](Database& database) -> Status {
    return WriteEnd(database, run, figures, {.state = state, .message = message, .at_ms = NowMs()});
  });
}

Status Ledger::AddErrors(RunId run, std::span<const RowError> errors) {
  if (errors.empty()) return {};
  return state_->Write(
      [&](Database& database) -> Status { return InsertErrors(database, run, errors); });
}

Result<std::vector<RunRecord>> Ledger::Runs() {
  const std::lock_guard lock(state_->reader.mutex);
  return ReadRuns(state_->reader.database, state_->AliveTest());
}

Result<RunRecord> Ledger::Run(RunId run) {
  const std::lock_guard lock(state_->reader.mutex);
  return ReadRun(state_->reader.database, run, state_->AliveTest());
}

Result<std::vector<RowError>> Ledger::Errors(RunId run) {
  const std::lock_guard lock(state_->reader.mutex);
  return ReadErrors(state_->reader.database, run);
}

Result<Pruned> Ledger::Prune(const PruneOptions& options) {
  return state_->Write([&](Database& database) -> Result<Pruned> {
    return PruneLedger(database, options, state_->AliveTest());
  });
}

Status Ledger::Export(std::optional<RunId> run,
                      const std::function<bool(const ExportedAnswer&)>& sink) {
  // A connection of its own: `sink` may take long, and may use this Ledger.
  FATHOM_ASSIGN_OR_RETURN(Database database, Database::Open(state_->path, Database::Mode::kRead,
                                                            state_->options.busy_seconds_max));
  return ExportAnswers(database, run, sink);
}

Result<std::optional<std::string>> Ledger::Fact(const std::string& name) {
  const std::lock_guard lock(state_->reader.mutex);
  return ReadFact(state_->reader.database, name);
}

Status Ledger::SetFact(const std::string& name, const std::string& value) {
  return state_->Write(
      [&](Database& database) -> Status { return WriteFact(database, name, value); });
}

}  // namespace fathom
