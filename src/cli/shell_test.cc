// Goal: what is typed becomes statements and commands. Method: scripted lines, DuckDB in memory, no
// model.
#include "cli/shell.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <deque>

#include "llm/model_registry.h"

namespace fathom {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ShellTest : public testing::Test {
 protected:
  ShellTest() : models_({.models_dir = "/nonexistent", .threads = 1}) {
    EXPECT_EQ(pipe2(ends_, O_NONBLOCK), 0);
    output_ = std::make_unique<Output>(ends_[1]);
    auto session = Session::Open(
        {.database = "", .read_only = false, .models = &models_, .default_model = "none"});
    EXPECT_TRUE(session.ok());
    session_ = std::move(*session);
  }
  ~ShellTest() override {
    close(ends_[0]);
    close(ends_[1]);
  }

  // Types the lines, then Ctrl-D; what the shell printed. "^C" is Ctrl-C.
  std::string Type(std::deque<std::string> lines) {
    DisplayOptions display;
    display.format = Format::kCsv;
    display.interactive = true;
    StatementRunner runner(session_.get(), output_.get(), display);
    ShellHooks hooks;
    hooks.read_line = [&](const std::string& prompt) -> Line {
      prompts_.push_back(prompt);
      if (lines.empty()) return {LineEnd::kEndOfInput, ""};
      const std::string line = lines.front();
      lines.pop_front();
      if (line == "^C") return {LineEnd::kInterrupted, ""};
      return {LineEnd::kEntered, line};
    };
    hooks.remember = [&](const std::string& entry) { remembered_.push_back(entry); };
    hooks.show_models = [&] { output_->Write("the models\n"); };
    Shell(&runner, hooks).Run();
    std::string text(60000, '\0');
    const ssize_t size = read(ends_[0], text.data(), text.size());
    text.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return text;
  }

  ModelRegistry models_;
  int ends_[2];
  std::unique_ptr<Output> output_;
  std::unique_ptr<Session> session_;
  std::vector<std::string> prompts_;
  std::vector<std::string> remembered_;
};

TEST_F(ShellTest, OneStatement) {
  EXPECT_EQ(Type({"SELECT 42 AS answer;"}), "answer\n42\n\n");
  EXPECT_THAT(remembered_, ElementsAre("SELECT 42 AS answer;"));
}

TEST_F(ShellTest, AStatementMaySpanLines) {
  EXPECT_EQ(Type({"SELECT 'a;", "b' AS x -- not yet;", "", ";"}), "x\n\"a;\nb\"\n\n");
  EXPECT_THAT(prompts_, ElementsAre("fathom> ", "   ...> ", "   ...> ", "   ...> ", "fathom> "));
  EXPECT_THAT(remembered_, ElementsAre("SELECT 'a;\nb' AS x -- not yet;\n\n;"));
}

TEST_F(ShellTest, SeveralStatementsOnOneLine) {
  EXPECT_EQ(Type({"SELECT 1 AS a; SELECT 2 AS b;"}), "a\n1\nb\n2\n\n");
}

TEST_F(ShellTest, CtrlCDropsWhatWasTyped) {
  EXPECT_EQ(Type({"SELECT broken", "^C", "SELECT 1 AS a;"}), "a\n1\n\n");
  EXPECT_THAT(remembered_, ElementsAre("SELECT 1 AS a;"));
}

TEST_F(ShellTest, AMistakeDoesNotEndTheShell) {
  EXPECT_EQ(Type({"SELECT nonsense;", "SELECT 1 AS a;"}), "a\n1\n\n");
}

TEST_F(ShellTest, SaysHowManyRowsChanged) {
  EXPECT_EQ(Type({"CREATE TABLE t AS SELECT 1 AS i;", "INSERT INTO t VALUES (2), (3);",
                  "DELETE FROM t WHERE i = 2;"}),
            "2 rows changed\n1 row changed\n\n");
}

TEST_F(ShellTest, QuitLeavesAtOnce) {
  for (const char* quit : {".quit", ".exit", "  .quit ; "}) {
    EXPECT_EQ(Type({quit, "SELECT 1;"}), "") << quit;
  }
}

TEST_F(ShellTest, Mode) {
  EXPECT_EQ(Type({".mode", ".mode jsonlines", "SELECT 1 AS a;"}), "csv\n{\"a\":1}\n\n");
  EXPECT_THAT(Type({".mode xml"}), HasSubstr("the formats are box, csv"));
}

TEST_F(ShellTest, Rows) {
  EXPECT_EQ(Type({".rows", ".rows 5", ".rows"}), "0\n5\n\n");
  EXPECT_THAT(Type({".rows many"}), HasSubstr("'many' is not a number of rows"));
}

TEST_F(ShellTest, Tables) {
  EXPECT_EQ(Type({"CREATE TABLE t (i INTEGER);", "CREATE VIEW v AS FROM t;", ".tables"}),
            "schema,name,kind\nmain,t,table\nmain,v,view\n\n");
}

TEST_F(ShellTest, HelpAndModels) {
  EXPECT_THAT(Type({".help"}), HasSubstr(".quit"));
  EXPECT_EQ(Type({".models"}), "the models\n\n");
}

TEST_F(ShellTest, UnknownCommands) {
  EXPECT_THAT(Type({".tabels"}), HasSubstr("did you mean '.tables'?"));
  EXPECT_THAT(Type({".xyzzyxyz"}), HasSubstr("unknown command '.xyzzyxyz' (.help lists all)"));
}

}  // namespace
}  // namespace fathom
