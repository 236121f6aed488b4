// Goal: the default place follows the environment; what is made there is private; what is there
// stays.
#include "ledger/ledger_path.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "ledger/ledger_test_util.h"

namespace fathom {
namespace {

using ::testing::HasSubstr;

TEST(LedgerPathTest, DefaultFollowsTheEnvironment) {
  const std::string home = getenv("HOME") != nullptr ? getenv("HOME") : "";
  unsetenv("FATHOM_LEDGER");
  unsetenv("XDG_DATA_HOME");
  setenv("HOME", "/home/somebody", 1);
  EXPECT_EQ(Ledger::DefaultPath(), "/home/somebody/.local/share/fathom/ledger.db");
  setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(Ledger::DefaultPath(), "/data/fathom/ledger.db");
  setenv("FATHOM_LEDGER", "/elsewhere/my.db", 1);
  EXPECT_EQ(Ledger::DefaultPath(), "/elsewhere/my.db");
  unsetenv("FATHOM_LEDGER");
  unsetenv("XDG_DATA_HOME");
  setenv("HOME", home.c_str(), 1);
}

TEST(LedgerPathTest, MakesPrivateFoldersAndFile) {
  const TempFolder folder;
  const std::string path = folder.File("a/b/c.db");
  const mode_t mask = umask(0);
  EXPECT_TRUE(MakePrivateFile(path).ok());
  umask(mask);
  struct stat info = {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(stat(folder.File("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  std::ofstream(path) << "content";
  EXPECT_TRUE(MakePrivateFile(path).ok());
  EXPECT_EQ(FileBytes(path), "content");
}

TEST(LedgerPathTest, SaysWhatIsInTheWay) {
  const TempFolder folder;
  std::ofstream(folder.File("file")) << "x";
  const Status status = MakePrivateFile(folder.File("file/deep/ledger.db"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
  EXPECT_THAT(status.error().message, HasSubstr("file/deep: this folder cannot be made"));
}

}  // namespace
}  // namespace fathom
