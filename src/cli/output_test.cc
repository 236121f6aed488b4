// Goal: a closed pipe ends the output quietly, a full disk does not.
#include "cli/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace fathom {
namespace {

TEST(Output, ReaderThatWentAwayIsNoError) {
  signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  Output output(ends[1]);
  output.Write("a row\n");
  EXPECT_FALSE(output.closed());  // still in the buffer
  EXPECT_TRUE(output.Flush().ok());
  EXPECT_TRUE(output.closed());
  output.Write(std::string(1 << 20, 'x'));  // dropped
  EXPECT_TRUE(output.Flush().ok());
  close(ends[1]);
}

TEST(Output, FullDiskIsReportedOnce) {
  const int fd = open("/dev/full", O_WRONLY);
  if (fd < 0) GTEST_SKIP() << "no /dev/full here";
  Output output(fd);
  output.Write(std::string(1 << 20, 'x'));
  EXPECT_TRUE(output.closed());
  const Status status = output.Flush();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "cannot write the output: No space left on device");
  EXPECT_TRUE(output.Flush().ok());
  close(fd);
}

}  // namespace
}  // namespace fathom
