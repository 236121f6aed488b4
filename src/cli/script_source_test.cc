#include "cli/script_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace fathom {
namespace {

using testing::HasSubstr;

class ReadScriptTest : public testing::Test {
 protected:
  ReadScriptTest() { std::filesystem::create_directories(folder_); }
  ~ReadScriptTest() override { std::filesystem::remove_all(folder_); }
  std::string Write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << content;
    return folder_ + "/" + name;
  }
  static std::string Complaint(const std::string& path) {
    const auto script = ReadScript(path);
    EXPECT_FALSE(script.ok());
    return script.ok() ? "" : script.error().message;
  }
  const std::string folder_ = testing::TempDir() + "/fathom_script_source";
};

TEST_F(ReadScriptTest, ReadsAllOfAFile) {
  const std::string text = "SELECT '" + std::string(200'000, 'x') + "';\n";
  const auto script = ReadScript(Write("query.sql", text));
  ASSERT_TRUE(script.ok());
  EXPECT_EQ(*script, text);
}

TEST_F(ReadScriptTest, MisspeltCommands) {
  EXPECT_THAT(Complaint("modles"), HasSubstr("did you mean 'fathom models'?"));
  EXPECT_THAT(Complaint("no_such.sql"), HasSubstr("there is no file 'no_such.sql' ("));
}

TEST_F(ReadScriptTest, DataInsteadOfSql) {
  EXPECT_THAT(Complaint(Write("shop.db", "12345678DUCK....")),
              HasSubstr("open it with: fathom -d"));
  EXPECT_THAT(Complaint(Write("a.csv", "id\n1\n")), HasSubstr("fathom -c \"FROM '"));
}

TEST_F(ReadScriptTest, Folders) { EXPECT_THAT(Complaint(folder_), HasSubstr("Is a directory")); }

}  // namespace
}  // namespace fathom
