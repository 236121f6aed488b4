#include "cli/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/text_width.h"

namespace fathom {
namespace {

using testing::HasSubstr;

TEST(Help, NamesEveryOption) {
  for (const char* option :
       {"-c, --command", "-d, --database", "--read-only", "--model", "--threads", "--format",
        "--rows", "-q, --quiet", "--version", "-h, --help", "--as", "--sha256", "--replace",
        "fathom source list", "fathom source add", "fathom source remove"}) {
    EXPECT_THAT(HelpText(), HasSubstr(option));
  }
}

TEST(Help, NamesEveryCommandOfTheShell) {
  for (const char* command : {".help", ".mode", ".models", ".rows", ".tables", ".quit"}) {
    EXPECT_THAT(ShellHelpText(), HasSubstr(command));
  }
}

TEST(Help, FitsATerminal) {
  std::istringstream lines(HelpText() + ShellHelpText());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(DisplayWidth(line), 100u) << line;
}

}  // namespace
}  // namespace fathom
