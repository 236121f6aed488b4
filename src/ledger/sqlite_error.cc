#include "ledger/sqlite_error.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace fathom {
namespace {

constexpr char kWithout[] = "SET ai_cache = false to run without the ledger";

// SQLite calls only ENOSPC full; a quota and a limit on file sizes are the same to a user.
bool IsFull(const SqliteFailure& failure) {
  if ((failure.code & 0xff) == SQLITE_FULL) return true;
  return (failure.code & 0xff) == SQLITE_IOERR &&
         (failure.system_error == ENOSPC || failure.system_error == EDQUOT ||
          failure.system_error == EFBIG);
}

std::string Words(const SqliteFailure& failure) {
  if (failure.system_error == 0) return failure.words;
  return failure.words + ": " + std::generic_category().message(failure.system_error);
}

std::string Seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g s", seconds);
  return text;
}

}  // namespace

Error SqliteError(const std::string& path, const SqliteFailure& failure) {
  const std::string advice = std::string(", or ") + kWithout;
  if (IsFull(failure)) return {ErrorCode::kIo, path + ": disk full: free space" + advice};
  switch (failure.code & 0xff) {
    case SQLITE_NOTADB:
      return {ErrorCode::kCorrupt, path + ": is not a ledger; move it away" + advice};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::kIo, path + ": cannot be opened or written (" + Words(failure) +
                                  "): check the permissions of the file and its folder" + advice};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {ErrorCode::kIo, path + ": another process has held its lock for " +
                                  Seconds(failure.busy_seconds) +
                                  ": wait for it or end it, then try again" + advice};
    case SQLITE_IOERR:
    case SQLITE_NOLFS:
    case SQLITE_NOMEM:
      return {ErrorCode::kIo, path + ": cannot be read or written (" + Words(failure) +
                                  "): check the disk" + advice};
    case SQLITE_TOOBIG:
      return {ErrorCode::kTooLong, path + ": one value is longer than the ledger can keep (1 GB)"};
    default:  // a table that is missing, a rule of the schema that does not hold
      return {ErrorCode::kCorrupt,
              path + ": is damaged (" + failure.words + "); move it away" + advice};
  }
}

}  // namespace fathom
