// Goal: a full disk costs the answers it has no room for and nothing else.
// Method: a child process whose files may not grow beyond a limit (RLIMIT_FSIZE; the system says
// EFBIG then, as it says ENOSPC on a full disk), at several sizes, so that different writes fail.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>

#include "ledger/ledger_test_util.h"

namespace fathom {
namespace {

void LimitFileSize(rlim_t bytes) {
  signal(SIGXFSZ, SIG_IGN);  // writes fail then, instead of ending the process
  rlimit limit = {};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

bool SaysDiskFull(const Status& status, const std::string& path) {
  if (status.ok() || status.error().code != ErrorCode::kIo) return false;
  const std::string& message = status.error().message;
  return message.starts_with(path + ": disk full: free space") &&
         message.find("SET ai_cache = false") != std::string::npos;
}

// Appends until there is no room any more; 0 if all went as it should.
int FillUp(const std::string& path) {
  const auto ledger = OpenOrDie(path);
  const QuestionId question = Ask(*ledger);
  Status status;
  for (int i = 0; status.ok() && i < 10000; ++i) {
    ledger->Append(question, "large " + std::to_string(i), std::string(20000, 'y'), 0);
    status = ledger->Flush();
  }
  if (!SaysDiskFull(status, path)) return 2;
  ledger->Append(question, "dropped", "z", 0);
  if (!SaysDiskFull(ledger->Flush(), path)) return 3;
  if (CountAnswers(*ledger, question, Inputs(100)) != 100) return 4;  // reading goes on
  return 0;
}

class DiskFullTest : public ::testing::TestWithParam<int> {};

TEST_P(DiskFullTest, KeepsWhatWasThere) {
  const TempFolder folder;
  const std::vector<std::string> inputs = Inputs(100);
  {
    const auto ledger = OpenOrDie(folder.File());
    AnswerAll(*ledger, Ask(*ledger), inputs);
  }
  EXPECT_EQ(WaitFor(StartChild([&] {
              LimitFileSize(static_cast<rlim_t>(GetParam()));
              return FillUp(folder.File());
            })),
            0);
  EXPECT_EQ(AskSql(folder.File(), "PRAGMA integrity_check"), "ok");
  const auto ledger = OpenOrDie(folder.File());
  const QuestionId question = Ask(*ledger);
  EXPECT_EQ(CountAnswers(*ledger, question, inputs), 100);
  const std::vector<std::string> dropped = {"dropped"};
  EXPECT_EQ(ledger->Lookup(question, Views(dropped)).value()[0], std::nullopt);
  // With room again, it goes on.
  EXPECT_EQ(AnswerAll(*ledger, question, dropped), 1);
  EXPECT_TRUE(ledger->Flush().ok());
}

INSTANTIATE_TEST_SUITE_P(Limits, DiskFullTest,
                         ::testing::Values(150'000, 150'001, 333'333, 1'000'000));

// No room from the beginning: the file cannot be made, and nothing half-made stays in the way.
TEST(DiskFullTest, ANewLedger) {
  const TempFolder folder;
  EXPECT_EQ(WaitFor(StartChild([&] {
              LimitFileSize(10'000);
              Ledger::Options options;
              options.path = folder.File();
              const auto ledger = Ledger::Open(options);
              return ledger.ok() || !SaysDiskFull(ledger.error(), folder.File()) ? 1 : 0;
            })),
            0);
  EXPECT_TRUE(OpenOrDie(folder.File())->SetFact("a", "b").ok());
}

}  // namespace
}  // namespace fathom
