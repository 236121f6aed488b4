// What every call into a model is given: may it go on, who wants to know, what did it cost.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/result.h"

namespace fathom {

// Tokens and rows of a run, counted where the work happens.
// Threads: every member may be added to and read concurrently.
struct Usage {
  std::atomic<int64_t> prefix_tokens{0};     // shared prefixes computed (once per job)
  std::atomic<int64_t> row_tokens{0};        // prompt tokens of the rows themselves
  std::atomic<int64_t> generated_tokens{0};  // tokens decoded
  std::atomic<int64_t> rows_done{0};         // rows answered or failed
};

// Threads: one RunContext may be shared by any number of threads.
struct RunContext {
  // Asked between batches and, with the model's lock held, every 50 ms while a call waits for its
  // turn; true ends the run with kCancelled. Must be cheap and thread-safe, and neither throw,
  // block nor call a model. Empty = never.
  std::function<bool()> is_cancelled;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  Usage* usage = nullptr;  // borrowed; null = nobody counts

  // kCancelled or kDeadline when the run has to end now.
  Status Check() const;
};

}  // namespace fathom
