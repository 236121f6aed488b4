// Goal: what goes in comes out, from the same Ledger, after reopening, and in a file that only its
// owner may read; and every way of opening something else ends in an Error that says what to do.
// Method: the public interface, on files in a folder of the test's own; damage done by hand.
#include "ledger/ledger.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <set>
#include <thread>

#include "ledger/ledger_test_util.h"

namespace fathom {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using State = Claimed::State;

Result<std::unique_ptr<Ledger>> TryOpen(const std::string& path, bool read_only = false) {
  Ledger::Options options;
  options.path = path;
  options.read_only = read_only;
  options.busy_seconds_max = 1;
  return Ledger::Open(options);
}

TEST(LedgerTest, KeepsAnswers) {
  const TempFolder folder;
  const std::string odd("\0 zero, \xff no UTF-8, ' quote", 27);
  const std::vector<std::string> inputs = {"a", "", odd, std::string(100000, 'x')};
  QuestionId question = 0;
  {
    const auto ledger = OpenOrDie(folder.File());
    question = Ask(*ledger);
    EXPECT_EQ(AnswerAll(*ledger, question, inputs), 4);
    EXPECT_TRUE(ledger->Flush().ok());
    EXPECT_EQ(CountAnswers(*ledger, question, inputs), 4);
    ledger->Append(question, "empty", "", 0);
  }
  const auto ledger = OpenOrDie(folder.File());
  EXPECT_EQ(Ask(*ledger), question);
  EXPECT_EQ(CountAnswers(*ledger, question, inputs), 4);
  const std::vector<std::string> empty = {"empty", "nobody asked"};
  EXPECT_THAT(ledger->Lookup(question, Views(empty)).value(),
              ElementsAre(std::optional<std::string>(""), std::nullopt));
}

TEST(LedgerTest, QuestionsDoNotMix) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  const QuestionId first = Ask(*ledger, "first");
  const QuestionId second = Ask(*ledger, "second");
  EXPECT_NE(first, second);
  EXPECT_EQ(Ask(*ledger, "first"), first);
  const std::vector<std::string> inputs = Inputs(3);
  AnswerAll(*ledger, first, inputs);
  ASSERT_TRUE(ledger->Flush().ok());
  EXPECT_EQ(CountAnswers(*ledger, second, inputs), 0);
  EXPECT_THAT(States(ledger->Claim(second, inputs, 0)),
              ElementsAre(State::kMine, State::kMine, State::kMine));
}

// Appended answers are seen at once, wherever they are on their way to the disk.
TEST(LedgerTest, SeesWhatItAppended) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  const QuestionId question = Ask(*ledger);
  for (int i = 0; i < 300; ++i) {
    const std::vector<std::string> input = {"input " + std::to_string(i)};
    ledger->Append(question, input[0], AnswerTo(input[0]), 0);
    EXPECT_EQ(CountAnswers(*ledger, question, input), 1);
    EXPECT_THAT(States(ledger->Claim(question, input, 0)), ElementsAre(State::kAnswered));
  }
}

TEST(LedgerTest, LaterAnswerReplaces) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  const QuestionId question = Ask(*ledger);
  ledger->Append(question, "a", "first", 0);
  ledger->Append(question, "a", "second", 0);
  ASSERT_TRUE(ledger->Flush().ok());
  const std::vector<std::string> inputs = {"a"};
  EXPECT_EQ(ledger->Lookup(question, Views(inputs)).value()[0], "second");
}

TEST(LedgerTest, DurableAfterFlush) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  AnswerAll(*ledger, Ask(*ledger), Inputs(10));
  ASSERT_TRUE(ledger->Flush().ok());
  // Another connection sees committed answers only.
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM answers"), "10");
  EXPECT_EQ(AskSql(folder.File(), "PRAGMA journal_mode"), "wal");
}

TEST(LedgerTest, OnlyItsUserMayRead) {
  const TempFolder folder;
  const std::string path = folder.File("new/deep/ledger.db");
  const auto ledger = OpenOrDie(path);
  EXPECT_EQ(ledger->path(), path);
  AnswerAll(*ledger, Ask(*ledger), Inputs(1));
  ASSERT_TRUE(ledger->Flush().ok());
  const auto mode = [](const std::string& file) {
    struct stat info = {};
    EXPECT_EQ(stat(file.c_str(), &info), 0) << file;
    return info.st_mode & 0777;
  };
  EXPECT_EQ(mode(folder.File("new")), 0700u);
  EXPECT_EQ(mode(folder.File("new/deep")), 0700u);
  for (const char* suffix : {"", "-wal", "-shm", "-owners"}) EXPECT_EQ(mode(path + suffix), 0600u);
}

TEST(LedgerTest, ExportsOldestFirst) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  const QuestionId question = Ask(*ledger);
  for (int i = 0; i < 5; ++i) {
    ledger->Append(question, std::to_string(i), "p" + std::to_string(i), i % 2);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ASSERT_TRUE(ledger->Flush().ok());
  const auto exported = [&](std::optional<RunId> run, size_t most) {
    std::vector<std::string> inputs;
    const Status status = ledger->Export(run, [&](const ExportedAnswer& answer) {
      EXPECT_EQ(answer.question.function, "ai_filter");
      EXPECT_EQ(answer.payload, "p" + answer.input);
      EXPECT_GT(answer.at_ms, 1'500'000'000'000);
      inputs.push_back(answer.input);
      EXPECT_TRUE(ledger->Fact("used while exporting").ok());
      return inputs.size() < most;
    });
    EXPECT_TRUE(status.ok());
    return inputs;
  };
  EXPECT_THAT(exported(std::nullopt, 100), ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_THAT(exported(1, 100), ElementsAre("1", "3"));
  EXPECT_THAT(exported(std::nullopt, 2), ElementsAre("0", "1"));
  EXPECT_THAT(exported(7, 100), ElementsAre());
}

TEST(LedgerTest, KeepsFacts) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  EXPECT_EQ(ledger->Fact("speed").value(), std::nullopt);
  ASSERT_TRUE(ledger->SetFact("speed", "12").ok());
  ASSERT_TRUE(ledger->SetFact("speed", "13").ok());
  ASSERT_TRUE(ledger->SetFact("empty", "").ok());
  EXPECT_EQ(ledger->Fact("speed").value(), "13");
  EXPECT_EQ(ledger->Fact("empty").value(), "");
}

// Goal: no answer is lost or mixed up when threads use every member at once.
TEST(LedgerTest, ManyThreads) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  std::atomic<int> wrong = 0;
  const auto work = [&](int thread) {
    const QuestionId question = Ask(*ledger, "task " + std::to_string(thread % 2));
    const RunId run = Begin(*ledger);
    for (int round = 0; round < 10; ++round) {
      const auto inputs = Inputs(20, std::to_string(thread) + "/" + std::to_string(round) + "/");
      if (AnswerAll(*ledger, question, inputs, run) != 20) ++wrong;
      if (!ledger->Flush().ok()) ++wrong;
      if (CountAnswers(*ledger, question, inputs) != 20) ++wrong;
      if (!ledger->Release(question, inputs).ok()) ++wrong;
      if (!ledger->UpdateRun(run, {}).ok() || !ledger->Runs().ok()) ++wrong;
    }
    if (!ledger->EndRun(run, RunState::kDone, {}, "").ok()) ++wrong;
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM answers"), "800");
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM claims"), "0");
}

TEST(LedgerTest, ReadOnlyLists) {
  const TempFolder folder;
  EXPECT_EQ(TryOpen(folder.File(), true).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  const std::vector<std::string> inputs = Inputs(3);
  const auto writing = OpenOrDie(folder.File());
  const RunId run = Begin(*writing);
  AnswerAll(*writing, Ask(*writing), inputs, run);
  ASSERT_TRUE(writing->Flush().ok());

  const auto reading = OpenReadOnly(folder.File());
  EXPECT_EQ(CountAnswers(*reading, Ask(*reading), inputs), 3);
  EXPECT_EQ(reading->Run(run)->state, RunState::kRunning);
  for (const Error& error : {reading->Flush().error(), reading->Claim(1, inputs, 0).error(),
                             reading->Release(1, inputs).error(), reading->BeginRun({}).error(),
                             reading->SetFact("a", "b").error(), reading->Prune({}).error(),
                             reading->Question(KeyOf("never asked")).error()}) {
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(error.message, HasSubstr("reading only"));
  }
  reading->Append(1, "dropped", "", 0);
}

// Permission bits do not bind root, so a child gives root up first, where the test has it.
int ReadWhereNothingCanBeWritten(const std::string& path) {
  if (geteuid() == 0 && (setegid(65534) != 0 || seteuid(65534) != 0)) return 2;
  if (access((path + ".probe").c_str(), F_OK) == 0) return 3;
  if (std::ofstream(path + ".probe").is_open()) return 4;  // the folder can be written after all
  const auto reading = TryOpen(path, true);
  if (!reading.ok()) return 5;
  int answers = 0;
  const Status status = (*reading)->Export(std::nullopt, [&](const ExportedAnswer&) {
    ++answers;
    return true;
  });
  if (!status.ok() || answers != 3) return 6;
  const auto writing = TryOpen(path);
  if (writing.ok() || writing.error().code != ErrorCode::kIo) return 7;
  if (writing.error().message.find("check the permissions") == std::string::npos) return 8;
  return 0;
}

TEST(LedgerTest, ReadOnlyWhereNothingCanBeWritten) {
  const TempFolder folder;
  {
    const auto ledger = OpenOrDie(folder.File("a?b#c%20.db"));
    AnswerAll(*ledger, Ask(*ledger), Inputs(3));
  }
  const std::string path = folder.File("a?b#c%20.db");
  ASSERT_EQ(chmod(path.c_str(), 0444), 0);
  ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
  EXPECT_EQ(WaitFor(StartChild([&] { return ReadWhereNothingCanBeWritten(path); })), 0);
  ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST(LedgerTest, PathsThatCannotBe) {
  const TempFolder folder;
  EXPECT_EQ(TryOpen("").error().code, ErrorCode::kInvalidArgument);
  std::ofstream(folder.File("file")) << "x";
  const Error below = TryOpen(folder.File("file/ledger.db")).error();
  EXPECT_EQ(below.code, ErrorCode::kIo);
  EXPECT_THAT(below.message, AllOf(HasSubstr("file"), HasSubstr("FATHOM_LEDGER")));
  const Error is_folder = TryOpen(folder.path()).error();
  EXPECT_EQ(is_folder.code, ErrorCode::kIo);
  EXPECT_THAT(is_folder.message, HasSubstr(folder.path().string()));
}

// What SQLite takes for something else is a file like any other.
TEST(LedgerTest, NamesThatMeanSomethingToSqlite) {
  const TempFolder folder;
  for (const char* name : {":memory:", "file:x?mode=memory", "a b%41"}) {
    { EXPECT_TRUE(OpenOrDie(folder.File(name))->SetFact("a", "b").ok()); }
    EXPECT_TRUE(std::filesystem::exists(folder.File(name))) << name;
    EXPECT_EQ(OpenReadOnly(folder.File(name))->Fact("a").value(), "b");
  }
}

TEST(LedgerTest, RefusesWhatIsNoLedgerAndLeavesItAlone) {
  const TempFolder folder;
  const std::string text = folder.File("text");
  std::ofstream(text) << "id,name\n1,a file that somebody needs\n";
  const std::string other = folder.File("other.db");
  RunSql(other, "CREATE TABLE photos (name TEXT)");
  for (const std::string& path : {text, other}) {
    const std::string before = FileBytes(path);
    for (const bool read_only : {false, true}) {
      const Error error = TryOpen(path, read_only).error();
      EXPECT_EQ(error.code, ErrorCode::kCorrupt);
      EXPECT_THAT(error.message, AllOf(HasSubstr(path), HasSubstr("not a ledger"),
                                       HasSubstr("SET ai_cache = false")));
    }
    EXPECT_EQ(FileBytes(path), before);
    EXPECT_FALSE(std::filesystem::exists(path + "-owners"));
  }
}

void OverwriteHalf(const std::string& path, std::streamoff from) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(from);
  file << std::string(std::filesystem::file_size(path) / 2, '\xa5');
}

TEST(LedgerTest, DamageIsAnErrorAndNotACrash) {
  const TempFolder folder;
  const std::string path = folder.File();
  const std::vector<std::string> inputs = Inputs(2000);
  {
    const auto ledger = OpenOrDie(path);
    AnswerAll(*ledger, Ask(*ledger), inputs);
  }
  const std::string good = FileBytes(path);
  // Behind the pages of the schema, so that it opens.
  OverwriteHalf(path, static_cast<std::streamoff>(good.size() / 2) / 4096 * 4096);
  const std::string damaged = FileBytes(path);
  {
    const auto ledger = OpenReadOnly(path);
    const Error error = ledger->Lookup(1, Views(inputs)).error();
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_THAT(error.message, AllOf(HasSubstr(path), HasSubstr("damaged"), HasSubstr("move it")));
    const Status exported =
        ledger->Export(std::nullopt, [](const ExportedAnswer&) { return true; });
    EXPECT_EQ(exported.error().code, ErrorCode::kCorrupt);
  }
  EXPECT_EQ(FileBytes(path), damaged);
  {
    const auto ledger = OpenOrDie(path);
    EXPECT_EQ(ledger->Claim(1, inputs, 0).error().code, ErrorCode::kCorrupt);
    for (const std::string& input : inputs) ledger->Append(1, input, "x", 0);
    EXPECT_EQ(ledger->Flush().error().code, ErrorCode::kCorrupt);
  }
  OverwriteHalf(path, 0);
  EXPECT_EQ(TryOpen(path).error().code, ErrorCode::kCorrupt);
}

TEST(LedgerTest, SaysWhoKeepsItLocked) {
  const TempFolder folder;
  const auto ledger = [&] {
    Ledger::Options options;
    options.path = folder.File();
    options.busy_seconds_max = 0.05;
    return OpenOrDie(options);
  }();
  Database other = Database::Open(folder.File(), Database::Mode::kWrite, 1).value();
  ASSERT_TRUE(other.Execute("BEGIN IMMEDIATE").ok());
  const Error error = ledger->SetFact("a", "b").error();
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_THAT(error.message, AllOf(HasSubstr(folder.File()), HasSubstr("another process"),
                                   HasSubstr("0.05 s"), HasSubstr("SET ai_cache = false")));
  EXPECT_TRUE(ledger->Fact("a").ok());  // reading goes on
  ASSERT_TRUE(other.Execute("ROLLBACK").ok());
  EXPECT_TRUE(ledger->SetFact("a", "b").ok());
}

// A disk that takes its time is a lock that somebody holds: the writer waits, Append does not.
TEST(LedgerTest, AppendDoesNotWaitForTheDisk) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  const QuestionId question = Ask(*ledger);
  const std::vector<std::string> inputs = Inputs(1000);
  Database other = Database::Open(folder.File(), Database::Mode::kWrite, 1).value();
  ASSERT_TRUE(other.Execute("BEGIN IMMEDIATE").ok());
  for (const std::string& input : inputs) ledger->Append(question, input, AnswerTo(input), 0);
  EXPECT_EQ(CountAnswers(*ledger, question, inputs), 1000);
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM answers"), "0");
  ASSERT_TRUE(other.Execute("ROLLBACK").ok());
  EXPECT_TRUE(ledger->Flush().ok());
  EXPECT_EQ(AskSql(folder.File(), "SELECT count(*) FROM answers"), "1000");
}

}  // namespace
}  // namespace fathom
