#include "cli/history.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace fathom {
namespace {

class HistoryTest : public testing::Test {
 protected:
  HistoryTest() { std::filesystem::remove_all(folder_); }
  ~HistoryTest() override { std::filesystem::remove_all(folder_); }
  const std::string folder_ = testing::TempDir() + "/fathom_history_test";
  const std::string path_ = folder_ + "/deep/history";
};

TEST_F(HistoryTest, KeepsEntriesOfSeveralLines) {
  HistoryFile(path_).Append("SELECT 1");
  HistoryFile(path_).Append("SELECT '客户\\n'\nFROM t");
  EXPECT_EQ(HistoryFile(path_).Load(),
            (std::vector<std::string>{"SELECT 1", "SELECT '客户\\n'\nFROM t"}));
}

TEST_F(HistoryTest, IsForItsOwnerOnly) {
  HistoryFile(path_).Append("SELECT 1");
  struct stat status;
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(HistoryTest, ForgetsTheOldest) {
  HistoryFile history(path_);
  for (size_t i = 0; i < 2 * HistoryFile::kEntriesMax; ++i) history.Append(std::to_string(i));
  const auto entries = history.Load();
  ASSERT_EQ(entries.size(), HistoryFile::kEntriesMax);
  EXPECT_EQ(entries.front(), std::to_string(HistoryFile::kEntriesMax));
  EXPECT_EQ(HistoryFile(path_).Load(), entries);  // the file is shorter now
}

TEST_F(HistoryTest, NothingThereIsNoError) {
  EXPECT_TRUE(HistoryFile(path_).Load().empty());
  EXPECT_TRUE(HistoryFile("").Load().empty());
  HistoryFile("").Append("SELECT 1");
  HistoryFile("/proc/nothing/here").Append("SELECT 1");
}

TEST(DefaultHistoryPath, FollowsTheEnvironment) {
  setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(DefaultHistoryPath(), "/state/fathom/history");
  unsetenv("XDG_STATE_HOME");
  setenv("HOME", "/home/somebody", 1);
  EXPECT_EQ(DefaultHistoryPath(), "/home/somebody/.local/state/fathom/history");
}

}  // namespace
}  // namespace fathom
