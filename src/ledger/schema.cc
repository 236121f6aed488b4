#include "ledger/schema.h"

#include <chrono>
#include <string>
#include <thread>

namespace fathom {
namespace {

// questions  never deleted: a process that holds the number of one would otherwise write its
//            answers under what is another question by then.
// answers    found by question and hash, told apart by the whole input: WriteAnswers, the only one
//            that writes them, keeps (question, hash, input) unique. A primary key of the three
//            would do that by itself, at twice the file and three times the time to write (20,000
//            inputs of about 1 kB: 59 MB and 1.70 s, this 31 MB and 0.52 s): it scatters long keys
//            over the pages, where these rows lie one after the other, oldest first.
// owners     one row per open Ledger; AUTOINCREMENT: a number is never used twice.
// runs       AUTOINCREMENT: answers and people keep referring to runs that were pruned.
constexpr char kVersion1[] = R"(
CREATE TABLE questions (
  id INTEGER PRIMARY KEY,
  model TEXT NOT NULL,
  task TEXT NOT NULL,
  model_name TEXT NOT NULL,
  function TEXT NOT NULL,
  description TEXT NOT NULL,
  UNIQUE (model, task)
) STRICT;
CREATE TABLE answers (
  id INTEGER PRIMARY KEY,
  question INTEGER NOT NULL,
  hash INTEGER NOT NULL,  -- XXH3 of the input, 64 bits
  run INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  payload BLOB NOT NULL,
  input BLOB NOT NULL
) STRICT;
CREATE INDEX answers_by_hash ON answers (question, hash);
CREATE TABLE claims (
  question INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  input BLOB NOT NULL,
  owner INTEGER NOT NULL,
  PRIMARY KEY (question, hash, input)
) STRICT, WITHOUT ROWID;
CREATE TABLE owners (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner INTEGER NOT NULL,
  state TEXT NOT NULL,
  began_ms INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL DEFAULT 0,
  sql TEXT NOT NULL,
  setup TEXT NOT NULL,
  database TEXT NOT NULL,
  directory TEXT NOT NULL,
  model TEXT NOT NULL,
  rows INTEGER NOT NULL DEFAULT 0,
  distinct_inputs INTEGER NOT NULL DEFAULT 0,
  from_ledger INTEGER NOT NULL DEFAULT 0,
  asked INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  prompt_tokens INTEGER NOT NULL DEFAULT 0,
  generated_tokens INTEGER NOT NULL DEFAULT 0,
  seconds REAL NOT NULL DEFAULT 0,
  cost REAL NOT NULL DEFAULT 0,
  plan TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE errors (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  function TEXT NOT NULL,
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  input TEXT NOT NULL,
  rows INTEGER NOT NULL
) STRICT;
CREATE INDEX errors_of_run ON errors (run);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
)";

constexpr const char* kSteps[] = {kVersion1};

// SQLite does not call the busy handler when it changes the journal mode, and processes that open
// a new ledger together all want to.
Status UseWal(Database& database) {
  const auto since = std::chrono::steady_clock::now();
  while (true) {
    const Result<std::string> mode = database.Text("PRAGMA journal_mode = WAL");
    if (mode.ok() && *mode == "wal") return {};
    if (std::chrono::steady_clock::now() - since > std::chrono::seconds(5)) {
      if (!mode.ok()) return mode.error();
      return Status(ErrorCode::kIo, database.path() +
                                        ": this file system has no shared memory for SQLite's "
                                        "WAL; put the ledger on a local disk (FATHOM_LEDGER), or "
                                        "SET ai_cache = false to run without it");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

std::span<const char* const> LedgerSteps() { return kSteps; }

Result<int64_t> LedgerVersion(Database& database, int64_t newest) {
  FATHOM_ASSIGN_OR_RETURN(const int64_t application, database.Number("PRAGMA application_id"));
  FATHOM_ASSIGN_OR_RETURN(const int64_t version, database.Number("PRAGMA user_version"));
  FATHOM_ASSIGN_OR_RETURN(const int64_t objects,
                          database.Number("SELECT count(*) FROM sqlite_schema"));
  const bool is_new = application == 0 && version == 0 && objects == 0;
  if ((application != kLedgerApplicationId && !is_new) || version < 0) {
    return Error{ErrorCode::kCorrupt,
                 database.path() +
                     ": is a SQLite database, but not a ledger; name another file, or SET ai_cache "
                     "= false to run without the ledger"};
  }
  if (version > newest) {
    return Error{ErrorCode::kUnsupported,
                 database.path() + ": was written by a newer fathom (format " +
                     std::to_string(version) + ", this one knows " + std::to_string(newest) +
                     "); use that one, name another file, or SET ai_cache = false to run without "
                     "the ledger"};
  }
  return version;
}

Status MigrateLedger(Database& database, std::span<const char* const> steps) {
  const auto newest = static_cast<int64_t>(steps.size());
  int64_t version = 0;
  {
    FATHOM_ASSIGN_OR_RETURN(const Transaction look,
                            Transaction::Begin(database, Transaction::Kind::kRead));
    FATHOM_ASSIGN_OR_RETURN(version, LedgerVersion(database, newest));
  }
  FATHOM_RETURN_IF_ERROR(UseWal(database));
  if (version == newest) return {};
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  // Again, behind the lock: another process may have been first.
  FATHOM_ASSIGN_OR_RETURN(version, LedgerVersion(database, newest));
  for (; version < newest; ++version) {
    FATHOM_RETURN_IF_ERROR(database.Execute(steps[static_cast<size_t>(version)]));
  }
  const std::string mark = "PRAGMA application_id = " + std::to_string(kLedgerApplicationId) +
                           "; PRAGMA user_version = " + std::to_string(newest);
  FATHOM_RETURN_IF_ERROR(database.Execute(mark.c_str()));
  return transaction.Commit();
}

}  // namespace fathom
