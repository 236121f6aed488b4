// Goal: nothing is asked that is known, nothing paid for is lost, every row gets its outcome.
// Method: a task over a fake model that fails on demand, on a real ledger in a temporary folder.
#include "semantic/evaluation.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "semantic/fake_model.h"

namespace fathom {
namespace {

using Rows = std::vector<std::vector<std::string>>;

class EvaluationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/fathom_evaluation_XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    ledger_ = OpenLedger();
    model_.on_generate = [this](const std::string& row) -> Result<Generation> {
      ++asked_[row];
      if (failures_left_[row] > 0) {
        --failures_left_[row];
        return Error{ErrorCode::kUnavailable, "busy"};
      }
      if (row == "too long") return Error{ErrorCode::kTooLong, "5 tokens too many"};
      return Generation{
          .text = row == "blank" ? " " : "re: " + row, .finish = FinishReason::kStop, .tokens = 1};
    };
    context_.usage = &usage_;
    auto task = MakeCompleteTask(InputTemplate{{"", ""}, {0}}, {});
    ASSERT_TRUE(task.ok());
    task_ = std::move(*task);
  }

  void TearDown() override {
    ledger_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<Ledger> OpenLedger() {
    auto ledger = Ledger::Open({.path = folder_ + "/ledger.db"});
    EXPECT_TRUE(ledger.ok()) << ledger.error().message;
    return ledger.ok() ? std::move(*ledger) : nullptr;
  }

  Evaluation With() {
    return {.model = &model_,
            .context = &context_,
            .budget = &budget_,
            .spent = [this] { return spent_; },
            .ledger = ledger_.get(),
            .run = 1};
  }

  // "re: a" for an answer, "ledger: re: a" for one of the ledger, else the reason.
  std::map<std::string, std::string> Run(const Rows& rows) {
    std::map<std::string, std::string> outcomes;
    status_ = Evaluate({task_.get(), "ai_complete", "{0}"}, With(), rows,
                       [&](size_t row, const Result<Answer>& outcome, bool from_ledger) {
                         EXPECT_FALSE(outcomes.contains(rows[row][0])) << "reported twice";
                         outcomes[rows[row][0]] =
                             (from_ledger ? "ledger: " : "") +
                             (outcome.ok() ? std::get<std::string>(outcome->value)
                                           : std::string(ErrorCodeName(outcome.error().code)));
                       });
    return outcomes;
  }

  std::string folder_;
  std::unique_ptr<Ledger> ledger_;
  FakeModel model_;
  std::unique_ptr<Task> task_;
  Usage usage_;
  RunContext context_;
  Budget budget_;
  Spent spent_;
  Status status_;
  std::map<std::string, int> asked_;
  std::map<std::string, int> failures_left_;
};

using Outcomes = std::map<std::string, std::string>;

TEST_F(EvaluationTest, AsksOnceAndRemembers) {
  EXPECT_EQ(Run({{"a"}, {"b"}}), (Outcomes{{"a", "re: a"}, {"b", "re: b"}}));
  EXPECT_EQ(Run({{"b"}, {"c"}}), (Outcomes{{"b", "ledger: re: b"}, {"c", "re: c"}}));
  ledger_.reset();
  ledger_ = OpenLedger();
  EXPECT_EQ(Run({{"a"}}), (Outcomes{{"a", "ledger: re: a"}}));
  EXPECT_EQ(asked_, (std::map<std::string, int>{{"a", 1}, {"b", 1}, {"c", 1}}));
}

TEST_F(EvaluationTest, BadOutputIsKeptAndOtherFailuresAreAskedAgain) {
  EXPECT_EQ(Run({{"blank"}, {"too long"}}),
            (Outcomes{{"blank", "bad_output"}, {"too long", "too_long"}}));
  EXPECT_EQ(Run({{"blank"}, {"too long"}}),
            (Outcomes{{"blank", "ledger: bad_output"}, {"too long", "too_long"}}));
  EXPECT_EQ(asked_["too long"], 2);
}

TEST_F(EvaluationTest, RowsThatCouldNotBeServedAreTriedThreeTimes) {
  failures_left_ = {{"a", 2}, {"b", 9}};
  EXPECT_EQ(Run({{"a"}, {"b"}, {"c"}}),
            (Outcomes{{"a", "re: a"}, {"b", "unavailable"}, {"c", "re: c"}}));
  EXPECT_EQ(asked_, (std::map<std::string, int>{{"a", 3}, {"b", 3}, {"c", 1}}));
}

// A task of the fake that answers "cut" with kLength at temperature 0, and always so for "always".
void CutAtFirst(FakeModel& model, std::map<std::string, int>& asked) {
  model.on_generate = [&](const std::string& row) -> Result<Generation> {
    ++asked[row];
    const bool first = model.generate_calls.back().options.temperature == 0;
    const bool is_cut = row == "always" || (row == "first" && first);
    return Generation{.text = "re: " + row,
                      .finish = is_cut ? FinishReason::kLength : FinishReason::kStop,
                      .tokens = 1};
  };
}

TEST_F(EvaluationTest, WhatWasNoAnswerIsAskedOnceMore) {
  CutAtFirst(model_, asked_);
  const Outcomes outcomes = {{"a", "re: a"}, {"first", "re: first"}, {"always", "truncated"}};
  EXPECT_EQ(Run({{"a"}, {"first"}, {"always"}}), outcomes);
  EXPECT_EQ(asked_, (std::map<std::string, int>{{"a", 1}, {"first", 2}, {"always", 2}}));
  EXPECT_EQ(Run({{"first"}, {"always"}}),
            (Outcomes{{"first", "ledger: re: first"}, {"always", "ledger: truncated"}}));
}

TEST_F(EvaluationTest, WithoutBudgetForASecondTimeTheFirstOutcomeStays) {
  CutAtFirst(model_, asked_);
  budget_ = Budget({.tokens = 300}, Budget::Clock::now());
  model_.on_generate = [this, next = model_.on_generate](const std::string& row) {
    spent_.tokens += 257;
    return next(row);
  };
  EXPECT_EQ(Run({{"first"}}), (Outcomes{{"first", "truncated"}}));
  EXPECT_EQ(asked_["first"], 1);
  EXPECT_TRUE(status_.ok());
}

TEST_F(EvaluationTest, CancellingKeepsWhatWasAnswered) {
  context_.is_cancelled = [this] { return asked_.size() >= 2; };
  model_.on_generate = [this](const std::string& row) -> Result<Generation> {
    ++asked_[row];
    return Generation{.text = "re: " + row, .finish = FinishReason::kStop, .tokens = 1};
  };
  failures_left_.clear();
  EXPECT_EQ(Run({{"a"}, {"b"}}), (Outcomes{{"a", "re: a"}, {"b", "re: b"}}));
  EXPECT_TRUE(Run({{"c"}}).empty());
  EXPECT_EQ(status_.error().code, ErrorCode::kCancelled);
  context_.is_cancelled = nullptr;
  EXPECT_EQ(Run({{"a"}, {"c"}}), (Outcomes{{"a", "ledger: re: a"}, {"c", "re: c"}}));
}

TEST_F(EvaluationTest, ABudgetEndsTheQueryOrLeavesRowsOut) {
  // The fake counts a token a byte; decoding may take 256 a row.
  model_.on_generate = [this, next = model_.on_generate](const std::string& row) {
    spent_.tokens += 257;
    return next(row);
  };
  budget_ = Budget({.tokens = 600}, Budget::Clock::now());
  EXPECT_EQ(Run({{"a"}, {"b"}, {"c"}}), (Outcomes{{"a", "re: a"}, {"b", "re: b"}}));
  EXPECT_EQ(status_.error().code, ErrorCode::kOverBudget);
  spent_ = {};
  budget_ = Budget({.tokens = 600, .partial = true}, Budget::Clock::now());
  EXPECT_EQ(
      Run({{"a"}, {"c"}, {"d"}, {"e"}}),
      (Outcomes{{"a", "ledger: re: a"}, {"c", "re: c"}, {"d", "re: d"}, {"e", "over_budget"}}));
  EXPECT_TRUE(status_.ok());
}

TEST_F(EvaluationTest, WhatWasReservedAndNotUsedIsReservedAgain) {
  model_.on_generate = [this, next = model_.on_generate](const std::string& row) {
    spent_.tokens += 2;  // of the 257 that are reserved
    return next(row);
  };
  budget_ = Budget({.tokens = 600}, Budget::Clock::now());
  Rows rows;
  for (int i = 0; i < 100; ++i) rows.push_back({std::to_string(i)});
  EXPECT_EQ(Run(rows).size(), 100u);
  EXPECT_TRUE(status_.ok());
}

TEST_F(EvaluationTest, TimeEndsAPartialRunWithoutAnError) {
  budget_ = Budget({.seconds = 1e-9, .partial = true}, Budget::Clock::now());
  context_.deadline = budget_.deadline();
  EXPECT_EQ(Run({{"a"}}), (Outcomes{{"a", "over_budget"}}));
  budget_ = Budget({.seconds = 1e-9}, Budget::Clock::now());
  EXPECT_TRUE(Run({{"a"}}).empty());
  EXPECT_EQ(status_.error().code, ErrorCode::kOverBudget);
  EXPECT_TRUE(asked_.empty());
}

TEST_F(EvaluationTest, WaitsForWhatAnotherProcessIsAsking) {
  const auto other = OpenLedger();
  const auto id = other->Question({.model = model_.Info().fingerprint,
                                   .task = task_->Fingerprint(),
                                   .model_name = "",
                                   .function = "",
                                   .description = ""});
  ASSERT_TRUE(id.ok());
  const std::vector<std::string> inputs{"a", "b"};
  ASSERT_TRUE(other->Claim(*id, inputs, 2).ok());
  int looks = 0;
  context_.is_cancelled = [&] {
    if (++looks == 3) {  // meanwhile: one is answered, the other given up
      other->Append(*id, "a", "t" + std::string(8, '\0') + "\5" + std::string(7, '\0') + "there",
                    2);
      EXPECT_TRUE(other->Flush().ok());
      EXPECT_TRUE(other->Release(*id, std::vector<std::string>{"b"}).ok());
    }
    return looks > 1000;
  };
  EXPECT_EQ(Run({{"a"}, {"b"}}), (Outcomes{{"a", "ledger: there"}, {"b", "re: b"}}));
  EXPECT_FALSE(asked_.contains("a"));
}

TEST_F(EvaluationTest, WorksWithoutALedger) {
  ledger_.reset();
  EXPECT_EQ(Run({{"a"}}), (Outcomes{{"a", "re: a"}}));
  EXPECT_EQ(Run({{"a"}}), (Outcomes{{"a", "re: a"}}));
}

}  // namespace
}  // namespace fathom
