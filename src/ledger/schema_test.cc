// Goal: older files become current ones with all they hold, newer ones and strangers stay as they
// are, and a step that fails changes nothing.
// Method: fixtures made by hand with SQL; steps of the test's own where the future is concerned.
#include "ledger/schema.h"

#include <gmock/gmock.h>

#include "ledger/ledger_test_util.h"

namespace fathom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Status Migrate(const std::string& path, std::span<const char* const> steps) {
  Database database = Database::Open(path, Database::Mode::kWrite, 1).value();
  return MigrateLedger(database, steps);
}

// Version 0, by hand: marked as a ledger, with nothing in it, in the rollback mode of old.
TEST(SchemaTest, MigratesAnOlderFile) {
  const TempFolder folder;
  RunSql(folder.File(), "PRAGMA journal_mode = DELETE; PRAGMA application_id = 0x46544c47");
  Ledger::Options read_only;
  read_only.path = folder.File();
  read_only.read_only = true;
  const Error older = Ledger::Open(read_only).error();
  EXPECT_EQ(older.code, ErrorCode::kUnsupported);
  EXPECT_THAT(older.message, HasSubstr("older fathom"));

  EXPECT_TRUE(OpenOrDie(folder.File())->SetFact("a", "b").ok());
  EXPECT_EQ(AskSql(folder.File(), "PRAGMA user_version"), "1");
  EXPECT_EQ(AskSql(folder.File(), "PRAGMA journal_mode"), "wal");
}

TEST(SchemaTest, LaterStepsKeepTheContent) {
  const TempFolder folder;
  EXPECT_TRUE(OpenOrDie(folder.File())->SetFact("a", "b").ok());
  const std::vector<const char*> steps = {LedgerSteps()[0],
                                          "ALTER TABLE facts ADD COLUMN at INTEGER DEFAULT 5",
                                          "CREATE TABLE third (id INTEGER)"};
  ASSERT_TRUE(Migrate(folder.File(), steps).ok());
  EXPECT_EQ(AskSql(folder.File(), "PRAGMA user_version"), "3");
  EXPECT_EQ(AskSql(folder.File(), "SELECT value || at FROM facts"), "b5");
  EXPECT_TRUE(Migrate(folder.File(), steps).ok());
}

TEST(SchemaTest, AStepThatFailsChangesNothing) {
  const TempFolder folder;
  { OpenOrDie(folder.File()); }
  const std::vector<const char*> steps = {LedgerSteps()[0], "CREATE TABLE second (id INTEGER)",
                                          "no SQL at all"};
  EXPECT_FALSE(Migrate(folder.File(), steps).ok());
  EXPECT_EQ(AskSql(folder.File(), "PRAGMA user_version"), "1");
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM sqlite_schema WHERE name = 'second'"), "0");
  EXPECT_TRUE(OpenOrDie(folder.File())->SetFact("a", "b").ok());
}

TEST(SchemaTest, ANewerFileIsLeftAlone) {
  const TempFolder folder;
  { EXPECT_TRUE(OpenOrDie(folder.File())->SetFact("a", "b").ok()); }
  RunSql(folder.File(), "PRAGMA user_version = 99");
  const std::string before = FileBytes(folder.File());
  for (const bool read_only : {false, true}) {
    Ledger::Options options;
    options.path = folder.File();
    options.read_only = read_only;
    const Error error = Ledger::Open(options).error();
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_THAT(error.message, AllOf(HasSubstr(folder.File()), HasSubstr("newer fathom"),
                                     HasSubstr("99"), HasSubstr("SET ai_cache = false")));
  }
  EXPECT_EQ(FileBytes(folder.File()), before);
}

TEST(SchemaTest, StrangersAreRefused) {
  const TempFolder folder;
  for (const char* sql :
       {"PRAGMA application_id = 7", "PRAGMA user_version = 1", "CREATE TABLE answers (id INTEGER)",
        "PRAGMA application_id = 0x46544c47; PRAGMA user_version = -1"}) {
    std::filesystem::remove(folder.File());
    RunSql(folder.File(), sql);
    const Status status = Migrate(folder.File(), LedgerSteps());
    ASSERT_FALSE(status.ok()) << sql;
    EXPECT_EQ(status.error().code, ErrorCode::kCorrupt) << sql;
  }
}

// The right marks and not the right tables.
TEST(SchemaTest, ATableThatIsMissingIsDamage) {
  const TempFolder folder;
  { OpenOrDie(folder.File()); }
  RunSql(folder.File(), "DROP TABLE runs");
  const auto ledger = OpenOrDie(folder.File());
  EXPECT_EQ(ledger->Runs().error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(ledger->Runs().error().message, HasSubstr("no such table: runs"));
}

}  // namespace
}  // namespace fathom
