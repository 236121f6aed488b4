// Every index runs exactly once, for pool sizes below, at and above the work.
#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace fathom {
namespace {

TEST(ThreadPool, RunsEveryIndexOnce) {
  for (int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (int64_t n : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> count(n);
      pool.ParallelFor(n, [&](int64_t i) { ++count[i]; });
      for (auto& c : count) EXPECT_EQ(c, 1);
    }
  }
}

TEST(ThreadPool, ReportsItsSize) {
  EXPECT_EQ(ThreadPool(3).threads(), 3);
  EXPECT_GE(AvailableThreads(), 1);
}

}  // namespace
}  // namespace fathom
