// Goal: inputs of one hash are never taken for each other.
// Method: the functions below the Ledger take the hash from the caller; here all are equal.
#include "ledger/answers.h"

#include <gmock/gmock.h>

#include "ledger/claims.h"
#include "ledger/ledger_test_util.h"
#include "ledger/schema.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;

class AnswersTest : public ::testing::Test {
 protected:
  AnswersTest() : database_(Database::Open(folder_.File(), Database::Mode::kWrite, 1).value()) {
    EXPECT_TRUE(MigrateLedger(database_, LedgerSteps()).ok());
  }

  TempFolder folder_;
  Database database_;
};

TEST_F(AnswersTest, EqualHashesDoNotMix) {
  const std::vector<InputKey> keys = {{7, "apple"}, {7, "pear"}, {7, ""}, {7, "plum"}};
  const std::deque<NewAnswer> answers = {{1, 7, "apple", "red", 0, 1}, {1, 7, "", "none", 0, 1}};
  ASSERT_TRUE(WriteAnswers(database_, answers).ok());
  EXPECT_THAT(FindAnswers(database_, 1, keys).value(),
              ElementsAre("red", std::nullopt, "none", std::nullopt));

  const OwnersFile owners = OwnersFile::Open(database_.path()).value();
  const auto claimed = ClaimInputs(database_, 1, keys, {1, &owners}).value();
  EXPECT_EQ(claimed[0].payload, "red");
  EXPECT_EQ(claimed[1].state, Claimed::State::kMine);
  EXPECT_EQ(claimed[2].payload, "none");
  EXPECT_EQ(claimed[3].state, Claimed::State::kMine);

  // The answer to one ends its claim, and leaves that of the other.
  ASSERT_TRUE(WriteAnswers(database_, {{1, 7, "pear", "green", 0, 2}}).ok());
  EXPECT_EQ(database_.Text("SELECT group_concat(CAST(input AS TEXT)) FROM claims").value(), "plum");
  EXPECT_THAT(FindAnswers(database_, 1, keys).value(),
              ElementsAre("red", "green", "none", std::nullopt));
}

// Many keys are found by a pass over the table, few by probing.
TEST_F(AnswersTest, FewAndManyKeysFindTheSame) {
  std::deque<NewAnswer> answers;
  std::vector<InputKey> keys;
  for (int64_t i = 0; i < 200; ++i) {
    answers.push_back({1 + i % 2, i / 4, "input " + std::to_string(i), std::to_string(i), 0, 1});
  }
  ASSERT_TRUE(WriteAnswers(database_, answers).ok());
  for (const NewAnswer& answer : answers) keys.push_back({answer.hash, answer.input});
  keys.push_back(keys[7]);
  const Payloads many = FindAnswers(database_, 2, keys).value();
  for (size_t i = 0; i < keys.size(); ++i) {
    const Payloads one = FindAnswers(database_, 2, std::span(keys).subspan(i, 1)).value();
    EXPECT_EQ(many[i], one[0]) << i;
  }
  EXPECT_EQ(many[7], "7");
  EXPECT_EQ(many[8], std::nullopt);  // of the other question
  EXPECT_EQ(many[200], "7");
}

TEST_F(AnswersTest, AllOrNothing) {
  const std::deque<NewAnswer> answers = {{1, 1, "a", "x", 0, 1}, {1, 2, "b", "x", 0, 1}};
  // The first answer finds its place, the second does not.
  ASSERT_TRUE(database_
                  .Execute("CREATE UNIQUE INDEX one_b ON answers (CASE hash WHEN 2 THEN abs("
                           "-9223372036854775807 - 1) END)")
                  .ok());
  EXPECT_EQ(WriteAnswers(database_, answers).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(database_.Number("SELECT count(*) FROM answers").value(), 0);
}

TEST_F(AnswersTest, HashesAreThoseOfTheFile) {
  // A change of the hash would lose every answer of every ledger.
  EXPECT_EQ(InputHash(""), static_cast<int64_t>(0x2d06800538d394c2));
  EXPECT_EQ(InputHash("a"), static_cast<int64_t>(0xe6c632b61e964e1f));
}

}  // namespace
}  // namespace fathom
