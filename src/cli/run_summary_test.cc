#include "cli/run_summary.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(SummaryText, IsEmptyWithoutTheModel) { EXPECT_EQ(SummaryText({}), ""); }

TEST(SummaryText, SaysWhatWasAskedAndWhatItTook) {
  const RunSummary run{.calls = 1,
                       .rows = 2000,
                       .distinct_inputs = 1800,
                       .asked = 1800,
                       .failed = {},
                       .prefix_tokens = 40,
                       .row_tokens = 81000,
                       .generated_tokens = 0,
                       .seconds = 95.2,
                       .models = {"qwen2.5-coder-1.5b"}};
  EXPECT_EQ(
      SummaryText(run),
      "2,000 rows, 1,800 distinct, 0 from the ledger, 1,800 asked, 0 failed, 81,040 tokens, 95 s, "
      "qwen2.5-coder-1.5b\n");
}

TEST(SummaryText, NamesEveryReasonWithAnExample) {
  RunSummary run;
  run.calls = 2;
  run.rows = 10;
  run.distinct_inputs = 10;
  run.asked = 6;
  run.failed["empty_input"] = {3, "blank text"};
  run.failed["too_long"] = {1, "row of 9000 tokens,\nthe context holds 8192"};
  run.seconds = 1.25;
  EXPECT_EQ(SummaryText(run),
            "10 rows, 10 distinct, 0 from the ledger, 6 asked, 4 failed (3 empty_input, 1 "
            "too_long), 0 tokens, 1.2 s\n"
            "  empty_input: blank text\n"
            "  too_long: row of 9000 tokens,↵the context holds 8192\n");
}

}  // namespace
}  // namespace fathom
