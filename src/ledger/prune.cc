#include "ledger/prune.h"

#include <algorithm>
#include <vector>

namespace fathom {
namespace {

Result<int64_t> DeleteAnswersBefore(Database& database, int64_t before_ms) {
  FATHOM_ASSIGN_OR_RETURN(Statement remove,
                          Statement::Prepare(database, "DELETE FROM answers WHERE at_ms < ?"));
  FATHOM_RETURN_IF_ERROR(remove.Run(before_ms));
  return database.Changes();
}

Result<int64_t> DeleteRunsBefore(Database& database, int64_t before_ms, const IsAlive& is_alive) {
  std::vector<RunId> old;
  {
    FATHOM_ASSIGN_OR_RETURN(
        Statement select,
        Statement::Prepare(database, "SELECT id, owner, state FROM runs WHERE began_ms < ?"));
    select.Bind(before_ms);
    while (true) {
      FATHOM_ASSIGN_OR_RETURN(const bool more, select.Step());
      if (!more) break;
      const bool running = select.Bytes(2) == RunStateName(RunState::kRunning);
      if (!running || !is_alive(select.Int(1))) old.push_back(select.Int(0));
    }
  }
  FATHOM_ASSIGN_OR_RETURN(Statement errors,
                          Statement::Prepare(database, "DELETE FROM errors WHERE run = ?"));
  FATHOM_ASSIGN_OR_RETURN(Statement run,
                          Statement::Prepare(database, "DELETE FROM runs WHERE id = ?"));
  for (const RunId id : old) {
    FATHOM_RETURN_IF_ERROR(errors.Run(id));
    FATHOM_RETURN_IF_ERROR(run.Run(id));
  }
  return static_cast<int64_t>(old.size());
}

Status DeleteBefore(Database& database, int64_t before_ms, const IsAlive& is_alive,
                    Pruned& pruned) {
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  FATHOM_ASSIGN_OR_RETURN(const int64_t answers, DeleteAnswersBefore(database, before_ms));
  FATHOM_ASSIGN_OR_RETURN(const int64_t runs, DeleteRunsBefore(database, before_ms, is_alive));
  FATHOM_RETURN_IF_ERROR(transaction.Commit());
  pruned.answers += answers;
  pruned.runs += runs;
  return {};
}

constexpr char kContent[] = "SELECT sum(length(input) + length(payload) + 40) FROM answers";
constexpr char kContentOldestFirst[] =
    "SELECT id, length(input) + length(payload) + 40 FROM answers ORDER BY id";

// The number up to which answers have to go for a file of `bytes` to lose `excess` of them; 0 if
// there are none. How well answers fill their pages depends on their lengths, so an answer's part
// of the file is taken to be its part of the content.
Result<int64_t> LastToGo(Database& database, int64_t bytes, int64_t excess) {
  FATHOM_ASSIGN_OR_RETURN(const int64_t content, database.Number(kContent));
  double to_go =
      static_cast<double>(excess) / static_cast<double>(bytes) * static_cast<double>(content);
  FATHOM_ASSIGN_OR_RETURN(Statement sizes, Statement::Prepare(database, kContentOldestFirst));
  int64_t last = 0;
  while (to_go > 0) {
    FATHOM_ASSIGN_OR_RETURN(const bool more, sizes.Step());
    if (!more) break;
    last = sizes.Int(0);
    to_go -= static_cast<double>(sizes.Int(1));
  }
  return last;
}

Result<int64_t> DeleteOldest(Database& database, int64_t bytes, int64_t excess) {
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  FATHOM_ASSIGN_OR_RETURN(const int64_t last, LastToGo(database, bytes, excess));
  {
    FATHOM_ASSIGN_OR_RETURN(Statement remove,
                            Statement::Prepare(database, "DELETE FROM answers WHERE id <= ?"));
    FATHOM_RETURN_IF_ERROR(remove.Run(last));
  }
  const int64_t deleted = database.Changes();
  FATHOM_RETURN_IF_ERROR(transaction.Commit());
  return deleted;
}

// What is deleted leaves free pages in the middle; only a rewritten file is smaller. A reader that
// is at it keeps the -wal; it goes with the next checkpoint then, and waiting here would hold
// everybody up.
Status Compact(Database& database) {
  FATHOM_RETURN_IF_ERROR(database.Execute("VACUUM"));
  const double busy_seconds = database.SetBusySeconds(1);
  const Status status = database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  database.SetBusySeconds(busy_seconds);
  return status;
}

// What an answer takes in the file is only estimated; should it be less, another round follows.
Status ShrinkTo(Database& database, int64_t max_bytes, Pruned& pruned) {
  while (true) {
    FATHOM_ASSIGN_OR_RETURN(const int64_t bytes, LedgerBytes(database));
    if (bytes <= max_bytes) return {};
    FATHOM_ASSIGN_OR_RETURN(const int64_t free_pages, database.Number("PRAGMA freelist_count"));
    if (free_pages > 0) {  // perhaps that is enough
      FATHOM_RETURN_IF_ERROR(Compact(database));
      continue;
    }
    FATHOM_ASSIGN_OR_RETURN(const int64_t deleted,
                            DeleteOldest(database, bytes, bytes - max_bytes + max_bytes / 64));
    pruned.answers += deleted;
    FATHOM_RETURN_IF_ERROR(Compact(database));
    if (deleted == 0) return {};  // runs and an empty schema; there is nothing left to give
  }
}

}  // namespace

Result<int64_t> LedgerBytes(Database& database) {
  FATHOM_ASSIGN_OR_RETURN(const int64_t pages, database.Number("PRAGMA page_count"));
  FATHOM_ASSIGN_OR_RETURN(const int64_t page_bytes, database.Number("PRAGMA page_size"));
  return pages * page_bytes;
}

Result<Pruned> PruneLedger(Database& database, const PruneOptions& options,
                           const IsAlive& is_alive) {
  Pruned pruned;
  FATHOM_ASSIGN_OR_RETURN(const int64_t before, LedgerBytes(database));
  if (options.before_ms.has_value()) {
    FATHOM_RETURN_IF_ERROR(DeleteBefore(database, *options.before_ms, is_alive, pruned));
    if (pruned.answers + pruned.runs > 0) FATHOM_RETURN_IF_ERROR(Compact(database));
  }
  if (options.max_bytes.has_value()) {
    FATHOM_RETURN_IF_ERROR(ShrinkTo(database, std::max<int64_t>(*options.max_bytes, 0), pruned));
  }
  FATHOM_ASSIGN_OR_RETURN(const int64_t after, LedgerBytes(database));
  pruned.bytes = std::max<int64_t>(before - after, 0);
  return pruned;
}

}  // namespace fathom
