// Goal: what a user reads in the summary line and the progress bar is what happened.
#include "duck/run_monitor.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(RunMonitorTest, SumsUpAStatement) {
  RunMonitor monitor;
  monitor.Begin({});
  monitor.CountCall(&monitor);
  monitor.CountCall(&monitor);  // the same call again
  monitor.CountRows(10);
  monitor.CountAnswered("model a", {.distinct = 4, .from_ledger = 1, .asked = 3});
  monitor.CountAnswered("model a", {.distinct = 2, .asked = 2});
  monitor.CountAnswered("model b", {.distinct = 1, .asked = 1});
  monitor.CountFailure("ai_filter", {ErrorCode::kTooLong, "first"}, {"a", "b"});
  monitor.CountFailure("ai_filter", {ErrorCode::kTooLong, "second"}, {std::string(1000, 'x')});
  monitor.CountFailure("ai_filter", {ErrorCode::kEmptyInput, ""}, {""});
  monitor.CountFailure("ai_filter", {ErrorCode::kEmptyInput, ""}, {""});
  monitor.usage()->row_tokens += 7;
  monitor.End();
  const RunSummary summary = monitor.Summary();
  EXPECT_EQ(summary.calls, 1);
  EXPECT_EQ(summary.rows, 10);
  EXPECT_EQ(summary.distinct_inputs, 7);
  EXPECT_EQ(summary.asked, 6);
  EXPECT_EQ(summary.row_tokens, 7);
  EXPECT_EQ(summary.models, (std::vector<std::string>{"model a", "model b"}));
  ASSERT_EQ(summary.failed.size(), 2u);
  EXPECT_EQ(summary.failed.at("too_long").rows, 2);
  EXPECT_EQ(summary.failed.at("too_long").example, "first");
  EXPECT_EQ(summary.failed.at("empty_input").rows, 2);
  EXPECT_EQ(summary.from_ledger, 1);
  const std::vector<RowError> errors = monitor.Errors();
  ASSERT_EQ(errors.size(), 3u);  // equal inputs are one
  EXPECT_EQ(errors[0].input, "a | b");
  EXPECT_LT(errors[1].input.size(), 400u);
  EXPECT_EQ(errors[2].rows, 2);
}

TEST(RunMonitorTest, BeginsAnew) {
  RunMonitor monitor;
  monitor.Begin({});
  monitor.CountCall(&monitor);
  monitor.CountRows(3);
  monitor.CountFailure("ai_filter", {ErrorCode::kTooLong, ""}, {"a"});
  monitor.usage()->generated_tokens += 5;
  monitor.End();
  monitor.Begin({});
  EXPECT_EQ(monitor.Summary().rows, 0);
  EXPECT_EQ(monitor.Summary().generated_tokens, 0);
  monitor.End();
  EXPECT_EQ(monitor.ErrorsOfLastRun().size(), 1u);  // a statement without calls does not replace it
}

TEST(RunMonitorTest, ReportsSeldomAndOnlyWhileRunning) {
  RunMonitor monitor;
  std::vector<Progress> reports;
  QueryHooks hooks;
  hooks.on_progress = [&](const Progress& progress) { reports.push_back(progress); };
  monitor.Begin(hooks);
  for (int i = 1; i <= 1000; ++i) monitor.Report("ai_filter", i, 1000);
  ASSERT_FALSE(reports.empty());
  EXPECT_LT(reports.size(), 100u);
  EXPECT_EQ(reports[0].function, "ai_filter");
  EXPECT_EQ(reports[0].rows_done, 1);
  EXPECT_EQ(reports[0].rows_total, 1000);
  monitor.End();
  const size_t before = reports.size();
  monitor.Report("ai_filter", 1, 1);
  EXPECT_EQ(reports.size(), before);
}

}  // namespace
}  // namespace fathom
