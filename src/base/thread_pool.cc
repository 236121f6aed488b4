#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/assert.h"

namespace fathom {

struct ThreadPool::State {
  std::mutex caller_mutex;  // held for a whole ParallelFor
  std::mutex mutex;         // guards everything below but `next`
  std::condition_variable work_ready;
  std::condition_variable work_done;
  const std::function<void(int64_t)>* body = nullptr;
  int64_t n = 0;
  std::atomic<int64_t> next{0};
  uint64_t generation = 0;
  int busy = 0;
  bool stop = false;
  std::vector<std::thread> workers;

  void Claim() {
    for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < n;) (*body)(i);
  }

  void WorkerLoop() {
    uint64_t seen = 0;
    std::unique_lock lock(mutex);
    while (true) {
      work_ready.wait(lock, [&] { return stop || generation != seen; });
      if (stop) return;
      seen = generation;
      lock.unlock();
      Claim();
      lock.lock();
      if (--busy == 0) work_done.notify_one();
    }
  }
};

ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  FATHOM_ASSERT(threads >= 1 && threads <= 1024);
  for (int i = 1; i < threads; ++i) {
    state_->workers.emplace_back([state = state_.get()] { state->WorkerLoop(); });
  }
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stop = true;
  }
  state_->work_ready.notify_all();
  for (std::thread& worker : state_->workers) worker.join();
}

int ThreadPool::threads() const { return static_cast<int>(state_->workers.size()) + 1; }

void ThreadPool::ParallelFor(int64_t n, const std::function<void(int64_t)>& body) {
  State& s = *state_;
  std::lock_guard caller(s.caller_mutex);
  if (n <= 1 || s.workers.empty()) {
    for (int64_t i = 0; i < n; ++i) body(i);
    return;
  }
  {
    std::lock_guard lock(s.mutex);
    s.body = &body;
    s.n = n;
    s.next.store(0, std::memory_order_relaxed);
    s.busy = static_cast<int>(s.workers.size());
    ++s.generation;
  }
  s.work_ready.notify_all();
  s.Claim();
  std::unique_lock lock(s.mutex);
  s.work_done.wait(lock, [&] { return s.busy == 0; });
}

int AvailableThreads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) {
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  }
  return std::clamp(CPU_COUNT(&set), 1, 1024);
}

}  // namespace fathom
