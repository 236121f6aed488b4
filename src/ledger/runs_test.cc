// Goal: a run is told as it was: what was run, how far it came, how it ended, which rows failed.
// Method: the public interface; a process that died is a Ledger that was closed.
#include "ledger/runs.h"

#include <gmock/gmock.h>

#include "ledger/ledger_test_util.h"

namespace fathom {
namespace {

using ::testing::HasSubstr;

RunFigures SomeFigures() {
  return {.rows = 1,
          .distinct_inputs = 2,
          .from_ledger = 3,
          .asked = 4,
          .failed = 5,
          .prompt_tokens = 6,
          .generated_tokens = 7,
          .seconds = 8.5,
          .cost = 0.25,
          .plan = "SCAN"};
}

TEST(RunsTest, IsToldAsItWas) {
  const TempFolder folder;
  const RunStart start = {.sql = "SELECT 'x'",
                          .setup = "LOAD y; ATTACH z",
                          .database = "/data/a.duckdb",
                          .directory = "/data",
                          .model = "stub"};
  const auto ledger = OpenOrDie(folder.File());
  const RunId id = ledger->BeginRun(start).value();
  EXPECT_GT(id, 0);
  RunRecord run = ledger->Run(id).value();
  EXPECT_EQ(run.state, RunState::kRunning);
  EXPECT_GT(run.began_ms, 1'500'000'000'000);
  EXPECT_EQ(run.ended_ms, 0);
  EXPECT_EQ(run.figures.rows, 0);

  ASSERT_TRUE(ledger->UpdateRun(id, {}).ok());
  ASSERT_TRUE(ledger->EndRun(id, RunState::kFailed, SomeFigures(), "no such column").ok());
  run = ledger->Run(id).value();
  EXPECT_EQ(run.id, id);
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_GE(run.ended_ms, run.began_ms);
  EXPECT_EQ(run.message, "no such column");
  EXPECT_EQ(run.start.sql, start.sql);
  EXPECT_EQ(run.start.setup, start.setup);
  EXPECT_EQ(run.start.database, start.database);
  EXPECT_EQ(run.start.directory, start.directory);
  EXPECT_EQ(run.start.model, start.model);
  const RunFigures& figures = run.figures;
  const std::vector<int64_t> numbers = {
      figures.rows,   figures.distinct_inputs, figures.from_ledger,     figures.asked,
      figures.failed, figures.prompt_tokens,   figures.generated_tokens};
  EXPECT_THAT(numbers, ::testing::ElementsAre(1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(figures.seconds, 8.5);
  EXPECT_EQ(figures.cost, 0.25);
  EXPECT_EQ(figures.plan, "SCAN");
}

TEST(RunsTest, NewestFirst) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  EXPECT_TRUE(ledger->Runs().value().empty());
  const RunId first = Begin(*ledger, "first");
  const RunId second = Begin(*ledger, "second");
  ASSERT_TRUE(ledger->EndRun(first, RunState::kDone, {}, "").ok());
  ASSERT_TRUE(ledger->EndRun(second, RunState::kCancelled, {}, "").ok());
  const std::vector<RunRecord> runs = ledger->Runs().value();
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].id, second);
  EXPECT_EQ(runs[0].state, RunState::kCancelled);
  EXPECT_EQ(runs[1].start.sql, "first");
  EXPECT_EQ(runs[1].state, RunState::kDone);
}

TEST(RunsTest, DiesWithItsLedger) {
  const TempFolder folder;
  const auto looking = OpenOrDie(folder.File());
  auto running = OpenOrDie(folder.File());
  const RunId id = Begin(*running);
  EXPECT_EQ(running->Run(id)->state, RunState::kRunning);
  EXPECT_EQ(looking->Run(id)->state, RunState::kRunning);
  running.reset();
  EXPECT_EQ(looking->Run(id)->state, RunState::kDied);
  EXPECT_EQ(OpenReadOnly(folder.File())->Run(id)->state, RunState::kDied);
}

TEST(RunsTest, KeepsErrors) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  const RunId run = Begin(*ledger);
  const RunId other = Begin(*ledger);
  const std::vector<RowError> errors = {{.function = "ai_filter",
                                         .reason = "too_long",
                                         .message = "9000 tokens",
                                         .input = "a long text",
                                         .rows = 3},
                                        {.function = "ai_score",
                                         .reason = "bad_output",
                                         .message = "no number",
                                         .input = "",
                                         .rows = 1}};
  ASSERT_TRUE(ledger->AddErrors(run, std::span(errors).first(1)).ok());
  ASSERT_TRUE(ledger->AddErrors(run, std::span(errors).last(1)).ok());
  ASSERT_TRUE(ledger->AddErrors(run, {}).ok());
  const std::vector<RowError> read = ledger->Errors(run).value();
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].reason, "too_long");
  EXPECT_EQ(read[0].message, "9000 tokens");
  EXPECT_EQ(read[0].input, "a long text");
  EXPECT_EQ(read[0].rows, 3);
  EXPECT_EQ(read[1].function, "ai_score");
  EXPECT_TRUE(ledger->Errors(other).value().empty());
}

TEST(RunsTest, WhatCannotBe) {
  const TempFolder folder;
  const auto ledger = OpenOrDie(folder.File());
  EXPECT_EQ(ledger->Run(7).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(ledger->Run(7).error().message, HasSubstr("no run 7"));
  EXPECT_EQ(ledger->UpdateRun(7, {}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ledger->EndRun(7, RunState::kDone, {}, "").error().code, ErrorCode::kNotFound);
  const RunId run = Begin(*ledger);
  for (const RunState state : {RunState::kRunning, RunState::kDied}) {
    EXPECT_EQ(ledger->EndRun(run, state, {}, "").error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(RunsTest, StatesHaveNames) {
  EXPECT_STREQ(RunStateName(RunState::kRunning), "running");
  EXPECT_STREQ(RunStateName(RunState::kDone), "done");
  EXPECT_STREQ(RunStateName(RunState::kFailed), "failed");
  EXPECT_STREQ(RunStateName(RunState::kCancelled), "cancelled");
  EXPECT_STREQ(RunStateName(RunState::kDied), "died");
}

}  // namespace
}  // namespace fathom
