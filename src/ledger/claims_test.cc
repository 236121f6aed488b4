// Goal: what one Ledger is asking no other one asks, until it has answered, given up, or gone.
// Method: two Ledgers on one file in one process; they differ like processes do (owners.h). Real
// processes: crash_test.cc.
#include "ledger/claims.h"

#include <gmock/gmock.h>

#include "ledger/ledger_test_util.h"

namespace fathom {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using State = Claimed::State;

class ClaimsTest : public ::testing::Test {
 protected:
  TempFolder folder_;
  std::unique_ptr<Ledger> here_ = OpenOrDie(folder_.File());
  std::unique_ptr<Ledger> there_ = OpenOrDie(folder_.File());
  QuestionId question_ = Ask(*here_);
  std::vector<std::string> inputs_ = Inputs(3);
};

TEST_F(ClaimsTest, OthersWait) {
  EXPECT_THAT(States(here_->Claim(question_, inputs_, 0)), Each(State::kMine));
  EXPECT_THAT(States(there_->Claim(question_, inputs_, 0)), Each(State::kOthers));
  EXPECT_THAT(States(here_->Claim(question_, inputs_, 0)), Each(State::kMine));
  EXPECT_THAT(States(there_->Claim(Ask(*here_, "another"), inputs_, 0)), Each(State::kMine));
}

TEST_F(ClaimsTest, ReleasedAndAnswered) {
  ASSERT_TRUE(here_->Claim(question_, inputs_, 0).ok());
  ASSERT_TRUE(here_->Release(question_, std::span(inputs_).first(1)).ok());
  here_->Append(question_, inputs_[1], "yes", 0);
  ASSERT_TRUE(here_->Flush().ok());
  const std::vector<Claimed> states = there_->Claim(question_, inputs_, 0).value();
  EXPECT_EQ(states[0].state, State::kMine);
  EXPECT_EQ(states[1].state, State::kAnswered);
  EXPECT_EQ(states[1].payload, "yes");
  EXPECT_EQ(states[2].state, State::kOthers);
}

TEST_F(ClaimsTest, OnlyOnesOwnAreReleased) {
  ASSERT_TRUE(here_->Claim(question_, inputs_, 0).ok());
  ASSERT_TRUE(there_->Release(question_, inputs_).ok());
  EXPECT_THAT(States(there_->Claim(question_, inputs_, 0)), Each(State::kOthers));
}

TEST_F(ClaimsTest, EndWithTheLedger) {
  ASSERT_TRUE(here_->Claim(question_, inputs_, 0).ok());
  here_->Append(question_, inputs_[0], "yes", 0);
  here_.reset();
  EXPECT_THAT(States(there_->Claim(question_, inputs_, 0)),
              ElementsAre(State::kAnswered, State::kMine, State::kMine));
}

// An owner that is on record and holds no lock has died.
TEST_F(ClaimsTest, OfTheDeadAreTakenOver) {
  RunSql(folder_.File(),
         "INSERT INTO owners VALUES (77);"
         "INSERT INTO claims SELECT 1, hash, input, 77 FROM claims");
  ASSERT_TRUE(here_->Claim(question_, inputs_, 0).ok());
  RunSql(folder_.File(), "UPDATE claims SET owner = 77");
  EXPECT_THAT(States(there_->Claim(question_, inputs_, 0)), Each(State::kMine));
  EXPECT_THAT(States(here_->Claim(question_, inputs_, 0)), Each(State::kOthers));
}

TEST_F(ClaimsTest, ManyAndNone) {
  EXPECT_TRUE(here_->Claim(question_, {}, 0).value().empty());
  EXPECT_TRUE(here_->Lookup(question_, {}).value().empty());
  const std::vector<std::string> many = Inputs(5000);
  EXPECT_EQ(AnswerAll(*here_, question_, many), 5000);
  ASSERT_TRUE(here_->Flush().ok());
  EXPECT_EQ(AnswerAll(*there_, question_, many), 0);
  EXPECT_EQ(AskSql(folder_.File(), "SELECT count(*) FROM claims"), "0");
}

}  // namespace
}  // namespace fathom
