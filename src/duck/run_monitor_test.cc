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
  monitor.CountAsked("model a", 4, 3);
  monitor.CountAsked("model a", 2, 2);
  monitor.CountAsked("model b", 1, 1);
  monitor.CountFailure({ErrorCode::kTooLong, "first"});
  monitor.CountFailure({ErrorCode::kTooLong, "second"});
  monitor.CountFailure({ErrorCode::kEmptyInput, ""});
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
  EXPECT_EQ(summary.failed.at("empty_input").rows, 1);
}

TEST(RunMonitorTest, BeginsAnew) {
  RunMonitor monitor;
  monitor.Begin({});
  monitor.CountCall(&monitor);
  monitor.CountRows(3);
  monitor.usage()->generated_tokens += 5;
  monitor.End();
  monitor.Begin({});
  EXPECT_EQ(monitor.Summary().rows, 0);
  EXPECT_EQ(monitor.Summary().generated_tokens, 0);
  monitor.End();
  EXPECT_EQ(monitor.LastRunWithCalls().rows, 3);  // a statement without calls does not replace it
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
