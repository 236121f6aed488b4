#include "runtime/turnstile.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace fathom {
namespace {

using std::chrono::milliseconds;

// Goal: a second caller gets its turn although the first takes the lock again at once.
TEST(Turnstile, ServesInTheOrderOfAsking) {
  Turnstile turnstile;
  std::atomic<bool> waiting{false};
  std::atomic<bool> served{false};
  int turns_before_service = 0;

  turnstile.lock();
  std::thread other([&] {
    waiting = true;
    turnstile.lock();
    served = true;
    turnstile.unlock();
  });
  while (!waiting) std::this_thread::yield();
  std::this_thread::sleep_for(milliseconds(50));  // until it stands in line
  turnstile.unlock();
  while (!served && turns_before_service < 1000) {
    const std::lock_guard guard(turnstile);
    if (!served) ++turns_before_service;
  }
  other.join();
  EXPECT_LE(turns_before_service, 1);
}

TEST(Turnstile, ExcludesOthers) {
  Turnstile turnstile;
  int64_t counter = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        const std::lock_guard guard(turnstile);
        ++counter;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter, 2000);
}

}  // namespace
}  // namespace fathom
