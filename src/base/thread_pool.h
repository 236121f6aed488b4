// A fixed set of worker threads that sleep when idle: who waits looks for work for 50 microseconds
// and no longer, so that two fathom processes on one machine do not take each other's cores.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace fathom {

class ThreadPool {
 public:
  // `threads` includes the caller of ParallelFor; 1 = everything runs in the caller.
  // REQUIRES 1 <= threads <= 1024
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const;

  // Calls body(i) for every i in [0, n), each once, in no particular order, on at most threads()
  // threads; returns when all are done. `body` must not throw and must not call ParallelFor.
  // Threads: one ParallelFor at a time per pool; callers queue.
  void ParallelFor(int64_t n, const std::function<void(int64_t)>& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Threads this process may really use: the affinity mask, not the machine's count.
int AvailableThreads();

}  // namespace fathom
