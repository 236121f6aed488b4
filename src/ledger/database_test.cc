// Goal: statements and transactions clean up after themselves, whatever fails.
#include "ledger/database.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "ledger/ledger_test_util.h"

namespace fathom {
namespace {

using ::testing::HasSubstr;

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest() : database_(Database::Open(folder_.File(), Database::Mode::kWrite, 0.1).value()) {
    EXPECT_TRUE(
        database_.Execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a, b UNIQUE, c)").ok());
  }

  TempFolder folder_;
  Database database_;
};

TEST_F(DatabaseTest, BindsAndReads) {
  Statement insert = Statement::Prepare(database_, "INSERT INTO t VALUES (?, ?, ?)").value();
  const std::string_view zero("\0x", 2);
  EXPECT_TRUE(insert.Run(INT64_MIN, zero, Blob{zero}).ok());
  EXPECT_EQ(database_.LastId(), 1);
  EXPECT_EQ(database_.Changes(), 1);
  EXPECT_TRUE(insert.Run(0.5, std::string_view(), Blob{}).ok());  // empty, not NULL
  Statement select =
      Statement::Prepare(database_, "SELECT a, b, c, typeof(b) || typeof(c) FROM t").value();
  ASSERT_TRUE(select.Step().value());
  EXPECT_EQ(select.Int(0), INT64_MIN);
  EXPECT_EQ(select.Bytes(1), zero);
  EXPECT_EQ(select.Bytes(2), zero);
  Statement moved = std::move(select);
  ASSERT_TRUE(moved.Step().value());
  EXPECT_EQ(moved.Real(0), 0.5);
  EXPECT_EQ(moved.Bytes(1), "");
  EXPECT_EQ(moved.Bytes(3), "textblob");
  EXPECT_FALSE(moved.Step().value());
}

TEST_F(DatabaseTest, AValueThatDoesNotFitFailsTheStep) {
  Statement insert = Statement::Prepare(database_, "INSERT INTO t VALUES (?, ?, ?)").value();
  EXPECT_FALSE(insert.Run(int64_t{1}, int64_t{2}, int64_t{3}, int64_t{4}).ok());
  EXPECT_TRUE(insert.Run(int64_t{1}, int64_t{2}, int64_t{3}).ok());
  EXPECT_FALSE(insert.Run(int64_t{1}, int64_t{2}, int64_t{3}).ok());  // UNIQUE
  EXPECT_TRUE(insert.Run(int64_t{1}, int64_t{3}, int64_t{3}).ok());
}

TEST_F(DatabaseTest, TransactionsEnd) {
  for (const auto kind : {Transaction::Kind::kWrite, Transaction::Kind::kVolatile}) {
    {
      Transaction dropped = Transaction::Begin(database_, kind).value();
      EXPECT_TRUE(database_.Execute("INSERT INTO t VALUES (1, 2, 3)").ok());
    }
    EXPECT_EQ(database_.Number("SELECT count(*) FROM t").value(), 0);
  }
  Transaction kept = Transaction::Begin(database_, Transaction::Kind::kWrite).value();
  EXPECT_TRUE(database_.Execute("INSERT INTO t VALUES (1, 2, 3)").ok());
  Transaction moved = std::move(kept);
  EXPECT_TRUE(moved.Commit().ok());
  EXPECT_EQ(database_.Number("SELECT count(*) FROM t").value(), 1);
}

TEST_F(DatabaseTest, WaitsForALock) {
  Database other = Database::Open(folder_.File(), Database::Mode::kWrite, 1).value();
  Transaction lock = Transaction::Begin(other, Transaction::Kind::kWrite).value();
  const auto since = std::chrono::steady_clock::now();
  const auto second = Transaction::Begin(database_, Transaction::Kind::kWrite);
  EXPECT_GE(std::chrono::steady_clock::now() - since, std::chrono::milliseconds(100));
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, HasSubstr("another process has held its lock for 0.1 s"));
  EXPECT_TRUE(Transaction::Begin(database_, Transaction::Kind::kRead).ok());
  EXPECT_EQ(database_.SetBusySeconds(3), 0.1);
}

TEST_F(DatabaseTest, ReadingOnlyReads) {
  Database reader = Database::Open(folder_.File(), Database::Mode::kRead, 1).value();
  EXPECT_EQ(reader.Number("SELECT count(*) FROM t").value(), 0);
  EXPECT_EQ(reader.Number("SELECT a FROM t").value(), 0);  // no row
  EXPECT_EQ(reader.Text("SELECT a FROM t").value(), "");
  EXPECT_EQ(reader.Execute("DELETE FROM t").error().code, ErrorCode::kIo);
  EXPECT_FALSE(Database::Open(folder_.File("none"), Database::Mode::kRead, 1).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_.File("none")));
}

// Code that somebody put into the file's schema does not run.
TEST_F(DatabaseTest, TrustsNoSchema) {
  EXPECT_TRUE(
      database_.Execute("CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t; END").ok());
  EXPECT_TRUE(database_.Execute("INSERT INTO t VALUES (1, 2, 3)").ok());
  EXPECT_EQ(database_.Number("SELECT count(*) FROM t").value(), 1);
}

TEST_F(DatabaseTest, FollowsLinksToOneName) {
  std::filesystem::create_symlink("ledger.db", folder_.File("link"));
  const Database other = Database::Open(folder_.File("link"), Database::Mode::kWrite, 1).value();
  EXPECT_EQ(other.path(), database_.path());
}

// Dies in the middle of a transaction whose pages have partly reached the file.
int DieHalfway(const std::string& path) {
  Database database = Database::Open(path, Database::Mode::kWrite, 0.1).value();
  const Status status = database.Execute(
      "PRAGMA cache_size = 1; CREATE TABLE t (a); BEGIN;"
      "WITH r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT 500)"
      "INSERT INTO t SELECT randomblob(1000) FROM r");
  _exit(status.ok() ? 0 : 1);
}

// Permission bits do not bind root, so a child gives root up first.
int OpenWithoutRights(const std::string& path) {
  if (geteuid() == 0 && seteuid(65534) != 0) return 2;
  if (access((path + "-journal").c_str(), R_OK) != 0) return 3;
  return Database::Open(path, Database::Mode::kRead, 0.1).ok() ? 1 : 0;
}

TEST(DatabaseFileTest, HalfATransactionIsNotReadAsItStands) {
  const TempFolder folder;
  const std::string path = folder.File();
  ASSERT_EQ(WaitFor(StartChild([&] { return DieHalfway(path); })), 0);
  for (const char* suffix : {"", "-journal"}) ASSERT_EQ(chmod((path + suffix).c_str(), 0444), 0);
  ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
  EXPECT_EQ(WaitFor(StartChild([&] { return OpenWithoutRights(path); })), 0);
  ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
  EXPECT_TRUE(Database::Open(path, Database::Mode::kWrite, 0.1).ok());
}

}  // namespace
}  // namespace fathom
