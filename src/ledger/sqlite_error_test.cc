// Goal: every kind of failure says which file and what to do, in fathom's words.
#include "ledger/sqlite_error.h"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <cerrno>

namespace fathom {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Case {
  int code;
  int system_error;
  ErrorCode expected;
  const char* words;
};

TEST(SqliteErrorTest, SaysWhatToDo) {
  const Case cases[] = {
      {SQLITE_FULL, ENOSPC, ErrorCode::kIo, "disk full: free space"},
      {SQLITE_IOERR_WRITE, EFBIG, ErrorCode::kIo, "disk full: free space"},
      {SQLITE_IOERR_WRITE, EDQUOT, ErrorCode::kIo, "disk full: free space"},
      {SQLITE_IOERR_FSYNC, EIO, ErrorCode::kIo, "Input/output error"},
      {SQLITE_CANTOPEN, EACCES, ErrorCode::kIo, "Permission denied): check the permissions"},
      {SQLITE_READONLY_DBMOVED, 0, ErrorCode::kIo, "(words): check the permissions"},
      {SQLITE_BUSY_RECOVERY, 0, ErrorCode::kIo, "its lock for 2.5 s"},
      {SQLITE_NOTADB, 0, ErrorCode::kCorrupt, "is not a ledger; move it away"},
      {SQLITE_CORRUPT_INDEX, 0, ErrorCode::kCorrupt, "is damaged (words); move it away"},
      {SQLITE_ERROR, 0, ErrorCode::kCorrupt, "is damaged (words)"},
      {SQLITE_NOMEM, 0, ErrorCode::kIo, "(words): check the disk"},
  };
  for (const Case& c : cases) {
    const Error error = SqliteError(
        "/x/ledger.db",
        {.code = c.code, .system_error = c.system_error, .words = "words", .busy_seconds = 2.5});
    EXPECT_EQ(error.code, c.expected) << c.code;
    EXPECT_THAT(error.message, StartsWith("/x/ledger.db: ")) << c.code;
    EXPECT_THAT(error.message, HasSubstr(c.words)) << c.code;
    EXPECT_THAT(error.message, HasSubstr("SET ai_cache = false")) << c.code;
  }
}

TEST(SqliteErrorTest, OneValueTooLong) {
  const Error error = SqliteError("x", {.code = SQLITE_TOOBIG, .system_error = 0, .words = ""});
  EXPECT_EQ(error.code, ErrorCode::kTooLong);
}

}  // namespace
}  // namespace fathom
