// Goal: the progress line says what is known, and never wraps.
#include "cli/progress_bar.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/text_width.h"

namespace fathom {
namespace {

Progress Halfway() {
  return {.function = "ai_filter",
          .rows_done = 1320,
          .rows_total = 2000,
          .rows_per_second = 12.34,
          .tokens_per_second = 980.4,
          .seconds = 107};
}

TEST(ProgressLine, SaysAllThatIsKnown) {
  EXPECT_EQ(ProgressLine(Halfway(), 200),
            "ai_filter  █████████████░░░░░░░  66 %  1,320 of 2,000 inputs  12.3/s  980 tokens/s  "
            "55 s left");
}

TEST(ProgressLine, LeavesOutWhatIsNotKnown) {
  Progress progress = Halfway();
  progress.rows_total = -1;
  progress.rows_per_second = 0;
  EXPECT_EQ(ProgressLine(progress, 200), "ai_filter  1,320 inputs");
}

TEST(ProgressLine, ReachesAllOfItOnlyAtTheEnd) {
  Progress progress = Halfway();
  progress.rows_done = 1999;
  EXPECT_NE(ProgressLine(progress, 200).find("99 %"), std::string::npos);
  progress.rows_done = 2000;
  const std::string line = ProgressLine(progress, 200);
  EXPECT_NE(line.find("100 %"), std::string::npos);
  EXPECT_EQ(line.find("left"), std::string::npos);
}

TEST(ProgressLine, DoesNotGuessFromTheFirstInputs) {
  Progress progress = Halfway();
  progress.rows_done = 2;
  EXPECT_EQ(ProgressLine(progress, 200).find("left"), std::string::npos);
}

TEST(ProgressLine, FitsAnyWidth) {
  for (size_t width = 0; width < 120; ++width) {
    EXPECT_LE(DisplayWidth(ProgressLine(Halfway(), width)), width);
    EXPECT_LE(DisplayWidth(DownloadLine(123456789, 1117320768, 31e6, width)), width);
  }
}

TEST(DownloadLine, WithAndWithoutTheSize) {
  EXPECT_EQ(DownloadLine(423'000'000, 1'117'320'768, 31e6, 200),
            "███████░░░░░░░░░░░░░  37 %  423 MB of 1.1 GB  31.0 MB/s  22 s left");
  EXPECT_EQ(DownloadLine(423'000'000, std::nullopt, 0, 200), "423 MB");
}

TEST(StatusLine, WritesNothingUnlessEnabled) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_NONBLOCK), 0);
  {
    StatusLine line(ends[1], false);
    line.Show("working");
    line.Clear();
  }
  char buffer[64];
  EXPECT_EQ(read(ends[0], buffer, sizeof buffer), -1);
  {
    StatusLine line(ends[1], true);
    line.Show("working");
    line.Clear();
    line.Clear();  // nothing to take away
  }
  const ssize_t size = read(ends[0], buffer, sizeof buffer);
  ASSERT_GT(size, 0);
  EXPECT_EQ(std::string(buffer, static_cast<size_t>(size)), "\r\x1B[2Kworking\r\x1B[2K");
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace fathom
