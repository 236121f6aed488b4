#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "base/assert.h"

namespace fathom {

namespace {

// A forward pass calls ParallelFor hundreds of times with microseconds between, and waking a
// sleeper costs more than that. So who waits looks again and again for this long, then sleeps.
constexpr std::chrono::microseconds kAwake{50};

using Time = std::chrono::steady_clock::time_point;

Time AwakeUntil() { return std::chrono::steady_clock::now() + kAwake; }

// Returns when `value` differs from `old`.
template <typename T>
void AwaitChange(const std::atomic<T>& value, T old, Time until) {
  while (std::chrono::steady_clock::now() < until) {
    for (int i = 0; i < 64; ++i) {
      if (value.load(std::memory_order_acquire) != old) return;
    }
    std::this_thread::yield();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

struct ThreadPool::State {
  std::mutex caller_mutex;  // held for a whole ParallelFor
  // Written by the caller while no worker is busy, published by `generation`.
  const std::function<void(int64_t)>* body = nullptr;
  int64_t n = 0;
  bool stop = false;
  std::atomic<int64_t> next{0};
  std::atomic<uint64_t> generation{0};
  std::atomic<int> busy{0};  // workers that are not through with this generation
  std::vector<std::thread> workers;

  void Publish() {
    busy.store(static_cast<int>(workers.size()), std::memory_order_relaxed);
    generation.fetch_add(1, std::memory_order_release);
    generation.notify_all();
  }

  // Neighbours in runs, long ones first: a claim moves a cache line between cores, and neighbours
  // often read memory one behind the other. The last ones, one by one, even out what threads take.
  void Claim() {
    const int64_t shares = 4 * (static_cast<int64_t>(workers.size()) + 1);
    for (int64_t begin = next.load(std::memory_order_relaxed); begin < n;) {
      const int64_t end = begin + std::max<int64_t>(1, (n - begin) / shares);
      if (!next.compare_exchange_weak(begin, end, std::memory_order_relaxed)) continue;
      for (int64_t i = begin; i < end; ++i) (*body)(i);
      begin = next.load(std::memory_order_relaxed);
    }
  }

  void WorkerLoop() {
    for (uint64_t seen = 0;; ++seen) {
      AwaitChange(generation, seen, AwakeUntil());
      if (stop) return;
      Claim();
      if (busy.fetch_sub(1, std::memory_order_acq_rel) == 1) busy.notify_one();
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
  state_->stop = true;
  state_->Publish();
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
  s.body = &body;
  s.n = n;
  s.next.store(0, std::memory_order_relaxed);
  s.Publish();
  s.Claim();
  const Time until = AwakeUntil();
  for (int left; (left = s.busy.load(std::memory_order_acquire)) != 0;) {
    AwaitChange(s.busy, left, until);
  }
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
