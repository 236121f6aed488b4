// A lock that is taken in the order of asking.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace fathom {

// std::mutex lets a thread that unlocks and locks again at once overtake those who wait; a long job
// that takes the lock once per batch would starve an interactive call. Here the next in line is
// served. Works with std::lock_guard.
class Turnstile {
 public:
  void lock();
  void unlock();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t next_ticket_ = 0;
  uint64_t serving_ = 0;
};

}  // namespace fathom
