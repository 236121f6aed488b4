// Goal: an owner is alive exactly as long as somebody holds its byte.
// Method: several open files in one process, which differ like processes do.
#include "ledger/owners.h"

#include <gmock/gmock.h>

#include "ledger/ledger_test_util.h"
#include "ledger/schema.h"

namespace fathom {
namespace {

using ::testing::HasSubstr;

TEST(OwnersTest, LocksAreSeenByOthers) {
  const TempFolder folder;
  OwnersFile here = OwnersFile::Open(folder.File()).value();
  {
    OwnersFile there = OwnersFile::Open(folder.File()).value();
    EXPECT_TRUE(there.Lock(5).value());
    EXPECT_TRUE(here.IsHeldByOthers(5));
    EXPECT_FALSE(there.IsHeldByOthers(5));
    EXPECT_FALSE(here.IsHeldByOthers(6));
    EXPECT_FALSE(here.Lock(5).value());
    EXPECT_TRUE(here.Lock(4).value());
    EXPECT_TRUE(OwnersFile::Look(folder.File()).IsHeldByOthers(5));
    OwnersFile moved = std::move(there);
    EXPECT_TRUE(here.IsHeldByOthers(5));
  }
  EXPECT_FALSE(here.IsHeldByOthers(5));
  EXPECT_TRUE(here.Lock(INT64_C(1) << 40).value());
  EXPECT_EQ(std::filesystem::file_size(folder.File() + "-owners"), 0u);
}

// Some other descriptor of the file that is closed takes no lock along (POSIX locks would go).
TEST(OwnersTest, LocksOutliveOtherDescriptors) {
  const TempFolder folder;
  OwnersFile here = OwnersFile::Open(folder.File()).value();
  ASSERT_TRUE(here.Lock(1).value());
  { OwnersFile::Open(folder.File()).value(); }
  EXPECT_TRUE(OwnersFile::Look(folder.File()).IsHeldByOthers(1));
}

TEST(OwnersTest, LookingMakesNothing) {
  const TempFolder folder;
  EXPECT_FALSE(OwnersFile::Look(folder.File()).IsHeldByOthers(1));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  // A link in its place is not followed, and nobody can be declared dead.
  std::filesystem::create_symlink("/dev/null", folder.File() + "-owners");
  EXPECT_TRUE(OwnersFile::Look(folder.File()).IsHeldByOthers(1));
  const Error error = OwnersFile::Open(folder.File()).error();
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_THAT(error.message, HasSubstr("-owners: cannot be opened"));
}

class RegisterTest : public ::testing::Test {
 protected:
  RegisterTest() : database_(Database::Open(folder_.File(), Database::Mode::kWrite, 1).value()) {
    EXPECT_TRUE(MigrateLedger(database_, LedgerSteps()).ok());
  }

  TempFolder folder_;
  Database database_;
};

TEST_F(RegisterTest, RemovesTheDead) {
  OwnersFile first = OwnersFile::Open(database_.path()).value();
  EXPECT_EQ(RegisterOwner(database_, first).value(), 1);
  {
    OwnersFile second = OwnersFile::Open(database_.path()).value();
    EXPECT_EQ(RegisterOwner(database_, second).value(), 2);
    ASSERT_TRUE(
        database_.Execute("INSERT INTO claims VALUES (1, 1, x'01', 1), (1, 2, x'02', 2)").ok());
  }
  OwnersFile third = OwnersFile::Open(database_.path()).value();
  EXPECT_EQ(RegisterOwner(database_, third).value(), 3);  // no number twice
  EXPECT_EQ(database_.Text("SELECT group_concat(id) FROM owners").value(), "1,3");
  EXPECT_EQ(database_.Text("SELECT group_concat(owner) FROM claims").value(), "1");
  ASSERT_TRUE(UnregisterOwner(database_, 1).ok());
  EXPECT_EQ(database_.Number("SELECT count(*) FROM claims").value(), 0);
}

// Somebody still has the ledger open that was here before this one.
TEST_F(RegisterTest, SkipsBytesThatAreTaken) {
  OwnersFile stranger = OwnersFile::Open(database_.path()).value();
  ASSERT_TRUE(stranger.Lock(1).value());
  ASSERT_TRUE(stranger.Lock(2).value());
  OwnersFile owners = OwnersFile::Open(database_.path()).value();
  EXPECT_EQ(RegisterOwner(database_, owners).value(), 3);
  EXPECT_EQ(database_.Text("SELECT group_concat(id) FROM owners").value(), "3");
}

}  // namespace
}  // namespace fathom
