// Goal: what is old goes, what is alive stays, and the file really becomes smaller.
// Method: answers and runs whose times are set by hand.
#include "ledger/prune.h"

#include <gmock/gmock.h>

#include "ledger/ledger_test_util.h"

namespace fathom {
namespace {

class PruneTest : public ::testing::Test {
 protected:
  PruneTest() : ledger_(OpenOrDie(folder_.File())), question_(Ask(*ledger_)) {}

  // 2,000 answers of some 1,100 bytes, in groups of 100; the i-th is from the millisecond i.
  void Fill() {
    inputs_ = Inputs(2000, std::string(500, 'x'));
    for (size_t i = 0; i < inputs_.size(); i += 100) {
      EXPECT_EQ(AnswerAll(*ledger_, question_, std::span(inputs_).subspan(i, 100)), 100);
      ASSERT_TRUE(ledger_->Flush().ok());
    }
    RunSql(folder_.File(),
           "UPDATE answers SET at_ms = CAST(substr(CAST(input AS TEXT), 501) AS INTEGER);"
           "PRAGMA wal_checkpoint(TRUNCATE)");
  }
  Result<Pruned> PruneTo(int64_t max_bytes) {
    PruneOptions options;
    options.max_bytes = max_bytes;
    return ledger_->Prune(options);
  }
  Result<Pruned> PruneBefore(int64_t before_ms) {
    PruneOptions options;
    options.before_ms = before_ms;
    return ledger_->Prune(options);
  }
  int64_t Bytes() const { return static_cast<int64_t>(std::filesystem::file_size(folder_.File())); }

  TempFolder folder_;
  std::unique_ptr<Ledger> ledger_;
  QuestionId question_;
  std::vector<std::string> inputs_;
};

TEST_F(PruneTest, ByAge) {
  Fill();
  const int64_t before = Bytes();
  const Pruned pruned = PruneBefore(1500).value();
  EXPECT_EQ(pruned.answers, 1500);
  EXPECT_EQ(pruned.bytes, before - Bytes());
  EXPECT_LT(Bytes(), before / 3);
  EXPECT_EQ(CountAnswers(*ledger_, question_, std::span(inputs_).first(1500)), 0);
  EXPECT_EQ(CountAnswers(*ledger_, question_, std::span(inputs_).subspan(1500)), 500);
  EXPECT_EQ(PruneBefore(1500).value().answers, 0);
}

TEST_F(PruneTest, BySize) {
  Fill();
  const int64_t before = Bytes();
  const Pruned pruned = PruneTo(before / 2).value();
  EXPECT_LE(Bytes(), before / 2);
  EXPECT_GT(Bytes(), before * 4 / 10);  // and not more than it takes
  EXPECT_EQ(pruned.bytes, before - Bytes());
  // The oldest ones went, and no other.
  const auto gone = static_cast<size_t>(pruned.answers);
  EXPECT_EQ(CountAnswers(*ledger_, question_, std::span(inputs_).first(gone)), 0);
  EXPECT_EQ(CountAnswers(*ledger_, question_, std::span(inputs_).subspan(gone)), 2000 - gone);
  EXPECT_EQ(PruneTo(before / 2).value().answers, 0);
  EXPECT_EQ(AskSql(folder_.File(), "PRAGMA integrity_check"), "ok");
}

TEST_F(PruneTest, ToNothing) {
  Fill();
  EXPECT_EQ(PruneTo(0).value().answers, 2000);
  EXPECT_LT(Bytes(), 100'000);
  EXPECT_EQ(Ask(*ledger_), question_);  // numbers of questions are in use
  EXPECT_EQ(PruneTo(-1).value().answers, 0);
  EXPECT_EQ(ledger_->Prune({}).value().bytes, 0);
}

TEST_F(PruneTest, SpaceThatIsFreeAlreadyGoesFirst) {
  Fill();
  const int64_t before = Bytes();
  RunSql(folder_.File(), "DELETE FROM answers WHERE at_ms < 1900");
  EXPECT_EQ(PruneTo(before / 2).value().answers, 0);
  EXPECT_LT(Bytes(), before / 2);
}

TEST_F(PruneTest, OldRunsGoAndLiveOnesStay) {
  const RunId done = Begin(*ledger_);
  const RunId alive = Begin(*ledger_);
  RunId died = 0;
  { died = Begin(*OpenOrDie(folder_.File())); }
  ASSERT_TRUE(ledger_->EndRun(done, RunState::kDone, {}, "").ok());
  const std::vector<RowError> errors(1);
  ASSERT_TRUE(ledger_->AddErrors(done, errors).ok());
  ASSERT_TRUE(ledger_->AddErrors(alive, errors).ok());
  RunSql(folder_.File(), "UPDATE runs SET began_ms = 5");
  const RunId young = Begin(*ledger_);

  EXPECT_EQ(PruneBefore(5).value().runs, 0);
  EXPECT_EQ(PruneBefore(6).value().runs, 2);
  EXPECT_EQ(ledger_->Run(done).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ledger_->Run(died).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(ledger_->Run(alive).ok());
  EXPECT_TRUE(ledger_->Run(young).ok());
  EXPECT_TRUE(ledger_->Errors(done).value().empty());
  EXPECT_EQ(ledger_->Errors(alive).value().size(), 1u);
}

TEST_F(PruneTest, WhileSomebodyReads) {
  Fill();
  int answers = 0;
  const Status status = ledger_->Export(std::nullopt, [&](const ExportedAnswer& answer) {
    if (answers == 10) {
      EXPECT_EQ(PruneBefore(2000).value().answers, 2000);
    }
    EXPECT_EQ(answer.payload, AnswerTo(answer.input));
    return ++answers > 0;
  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(answers, 2000);  // the view of its beginning
  EXPECT_EQ(CountAnswers(*ledger_, question_, inputs_), 0);
}

TEST_F(PruneTest, ARunKeepsTheLimit) {
  Fill();
  Ledger::Options options;
  options.path = folder_.File();
  options.max_bytes = Bytes() - 4096;
  const auto limited = OpenOrDie(options);
  Begin(*limited);
  const int kept = CountAnswers(*ledger_, question_, inputs_);
  EXPECT_LT(kept, 1760);
  EXPECT_GT(kept, 1600);
  Begin(*limited);
  EXPECT_EQ(CountAnswers(*ledger_, question_, inputs_), kept);
}

}  // namespace
}  // namespace fathom
