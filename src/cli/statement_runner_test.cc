// Goal: a script runs up to its first mistake, which is placed; what goes to which stream.
#include "cli/statement_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "cli/interrupt.h"
#include "llm/model_registry.h"

namespace fathom {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class StatementRunnerTest : public testing::Test {
 protected:
  StatementRunnerTest() : models_({.models_dir = "/nonexistent", .threads = 1}) {
    HandleSignals();
    EXPECT_EQ(pipe(ends_), 0);
    auto session = Session::Open(
        {.database = "", .read_only = false, .models = &models_, .default_model = "none"});
    EXPECT_TRUE(session.ok());
    session_ = std::move(*session);
  }
  ~StatementRunnerTest() override { ClearInterrupt(); }

  struct Shown {
    Outcome outcome;
    std::string out;
    std::string err;
  };

  Shown Run(const std::string& script, const std::string& name) {
    Output output(ends_[1]);
    DisplayOptions display;
    display.format = Format::kCsv;
    StatementRunner runner(session_.get(), &output, display);
    testing::internal::CaptureStderr();
    const Outcome outcome = runner.RunScript(script, name);
    close(ends_[1]);
    std::string text(60000, '\0');
    const ssize_t size = read(ends_[0], text.data(), text.size());
    text.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return {outcome, text, testing::internal::GetCapturedStderr()};
  }

  ModelRegistry models_;
  int ends_[2];
  std::unique_ptr<Session> session_;
};

TEST_F(StatementRunnerTest, RunsAllStatements) {
  const Shown shown =
      Run("\xEF\xBB\xBF"
          "SELECT 1 AS a; SET threads = 1; SELECT 2 AS b",
          "q.sql");
  EXPECT_EQ(shown.outcome, Outcome::kDone);
  EXPECT_EQ(shown.out, "a\n1\nb\n2\n");
  EXPECT_EQ(shown.err, "");
}

TEST_F(StatementRunnerTest, StopsAtTheFirstMistakeAndPlacesIt) {
  const Shown shown = Run("SELECT 1 AS a;\n\nSELECT nonsense;\nSELECT 2 AS b;", "q.sql");
  EXPECT_EQ(shown.outcome, Outcome::kFailed);
  EXPECT_EQ(shown.out, "a\n1\n");
  EXPECT_THAT(shown.err, AllOf(testing::StartsWith("fathom: q.sql:3: "), HasSubstr("nonsense")));
}

TEST_F(StatementRunnerTest, TextThatIsNotUtf8) {
  const Shown shown = Run("SELECT 1;\n SELECT '\xB2\xBB'", "q.sql");
  EXPECT_EQ(shown.outcome, Outcome::kFailed);
  EXPECT_THAT(shown.err, HasSubstr("q.sql: the SQL text is not UTF-8: byte offset 19, in line 2"));
}

TEST_F(StatementRunnerTest, AReaderThatWentAway) {
  close(ends_[0]);
  ends_[0] = -1;
  const Shown shown = Run("FROM range(1000); SELECT nonsense", "");
  EXPECT_EQ(shown.outcome, Outcome::kOutputClosed);
  EXPECT_EQ(shown.err, "");
}

TEST_F(StatementRunnerTest, CtrlCBeforeAStatement) {
  raise(SIGINT);
  EXPECT_EQ(Run("SELECT 1 AS a", "").outcome, Outcome::kInterrupted);
}

TEST_F(StatementRunnerTest, ChangesAreNotResults) {
  EXPECT_EQ(Run("CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1)", "").out, "");
}

}  // namespace
}  // namespace fathom
