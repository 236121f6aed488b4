// Goal: a process that dies leaves its durable answers and nothing else; processes that race ask
// every input once.
// Method: real processes, ended by SIGKILL in the middle of their work.
#include <gmock/gmock.h>
#include <signal.h>

#include "ledger/ledger_test_util.h"

namespace fathom {
namespace {

using ::testing::Each;
using State = Claimed::State;

TEST(CrashTest, AnswersStayAndClaimsGo) {
  const TempFolder folder;
  const std::vector<std::string> inputs = Inputs(100);
  const pid_t child = StartChild([&] {
    const auto ledger = OpenOrDie(folder.File());
    const QuestionId question = Ask(*ledger);
    const RunId run = Begin(*ledger);
    if (!ledger->Claim(question, inputs, run).ok()) return 1;
    for (int i = 0; i < 40; ++i) ledger->Append(question, inputs[i], AnswerTo(inputs[i]), run);
    if (!ledger->Flush().ok()) return 1;
    return raise(SIGKILL);
  });
  EXPECT_EQ(WaitFor(child), -SIGKILL);

  // Looking changes nothing.
  EXPECT_EQ(OpenReadOnly(folder.File())->Runs().value()[0].state, RunState::kDied);
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM claims"), "60");

  const auto ledger = OpenOrDie(folder.File());
  EXPECT_EQ(ledger->Runs().value()[0].state, RunState::kDied);
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM claims"), "0");
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM owners"), "1");
  const QuestionId question = Ask(*ledger);
  EXPECT_EQ(CountAnswers(*ledger, question, inputs), 40);
  EXPECT_THAT(States(ledger->Claim(question, std::span(inputs).subspan(40), 0)),
              Each(State::kMine));
  EXPECT_EQ(AskSql(folder.File(), "PRAGMA integrity_check"), "ok");
}

// The other one notices without opening anything anew.
TEST(CrashTest, ClaimsAreTakenOverWhileOpen) {
  const TempFolder folder;
  const std::vector<std::string> inputs = Inputs(10);
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = StartChild([&] {
    const auto ledger = OpenOrDie(folder.File());
    if (!ledger->Claim(Ask(*ledger), inputs, 0).ok()) return 1;
    if (write(ready[1], "x", 1) != 1) return 1;
    while (true) pause();
  });
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  const auto ledger = OpenOrDie(folder.File());
  const QuestionId question = Ask(*ledger);
  EXPECT_THAT(States(ledger->Claim(question, inputs, 0)), Each(State::kOthers));
  kill(child, SIGKILL);
  EXPECT_EQ(WaitFor(child), -SIGKILL);
  EXPECT_THAT(States(ledger->Claim(question, inputs, 0)), Each(State::kMine));
  close(ready[0]);
  close(ready[1]);
}

// Killed at any moment while it writes: what its Flush confirmed is there, the file is sound.
TEST(CrashTest, KilledWhileWriting) {
  const TempFolder folder;
  for (int round = 0; round < 5; ++round) {
    int confirmed[2];
    ASSERT_EQ(pipe(confirmed), 0);
    const std::string name = std::to_string(round) + "/";
    const pid_t child = StartChild([&] {
      const auto ledger = OpenOrDie(folder.File());
      const QuestionId question = Ask(*ledger);
      for (int i = 0;; ++i) {
        const std::string input = name + std::to_string(i);
        ledger->Append(question, input, AnswerTo(input), 0);
        if (!ledger->Flush().ok() || write(confirmed[1], "x", 1) != 1) return 1;
      }
    });
    close(confirmed[1]);
    char bytes[64];
    int answers = 0;
    while (answers < 10 + 7 * round) {
      answers += static_cast<int>(read(confirmed[0], bytes, 1 + round));
    }
    kill(child, SIGKILL);
    EXPECT_EQ(WaitFor(child), -SIGKILL);
    for (ssize_t got = 0; (got = read(confirmed[0], bytes, sizeof bytes)) > 0;) answers += got;
    close(confirmed[0]);
    EXPECT_EQ(AskSql(folder.File(), "PRAGMA integrity_check"), "ok");
    const auto ledger = OpenOrDie(folder.File());
    EXPECT_EQ(CountAnswers(*ledger, Ask(*ledger), Inputs(answers, name)), answers);
  }
}

// Answers everything, in pieces, and waits for what the other one is asking. How many it asked, or
// -1.
int AskAsOneOfTwo(const std::string& path, const std::vector<std::string>& inputs) {
  const auto ledger = OpenOrDie(path);
  const QuestionId question = Ask(*ledger);
  int asked = 0;
  for (size_t begin = 0; begin < inputs.size(); begin += 50) {
    const auto piece = std::span(inputs).subspan(begin, 50);
    while (true) {
      asked += AnswerAll(*ledger, question, piece);
      if (CountAnswers(*ledger, question, piece) == 50) break;
      usleep(1000);
    }
  }
  return ledger->Flush().ok() ? asked : -1;
}

TEST(CrashTest, RacingProcessesAskOnce) {
  const TempFolder folder;
  const std::vector<std::string> inputs = Inputs(2000);
  int counts[2];
  ASSERT_EQ(pipe(counts), 0);
  pid_t children[2];
  for (pid_t& child : children) {
    child = StartChild([&] {
      const int asked = AskAsOneOfTwo(folder.File(), inputs);
      return write(counts[1], &asked, sizeof asked) == sizeof asked && asked >= 0 ? 0 : 1;
    });
  }
  int sum = 0;
  for (const pid_t child : children) {
    EXPECT_EQ(WaitFor(child), 0);
    int asked = 0;
    ASSERT_EQ(read(counts[0], &asked, sizeof asked), static_cast<ssize_t>(sizeof asked));
    sum += asked;
  }
  EXPECT_EQ(sum, 2000);
  const auto ledger = OpenOrDie(folder.File());
  EXPECT_EQ(CountAnswers(*ledger, Ask(*ledger), inputs), 2000);
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM claims"), "0");
  close(counts[0]);
  close(counts[1]);
}

// Nothing is there when they begin: they make the file, its schema and the question together.
TEST(CrashTest, ManyOpenANewLedgerAtOnce) {
  const TempFolder folder;
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(StartChild([&, i] {
      const auto ledger = OpenOrDie(folder.File());
      return AnswerAll(*ledger, Ask(*ledger), Inputs(5, std::to_string(i) + "/")) == 5 ? 0 : 1;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(WaitFor(child), 0);
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM answers"), "40");
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM questions"), "1");
}

}  // namespace
}  // namespace fathom
