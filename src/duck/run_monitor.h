// Counts what a statement's ai_* calls do and tells whoever watches.
#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <string>

#include "base/result.h"
#include "base/run_context.h"
#include "duck/session.h"

namespace fathom {

// Threads: every member may be called concurrently.
class RunMonitor {
 public:
  // Forgets the last statement; `hooks` hold until the next Begin.
  void Begin(QueryHooks hooks);
  // The statement is over: the hooks are not called any more, the summary stays.
  void End();
  RunSummary Summary() const;
  // Of the last statement that had a call: still there while a later one asks for it.
  RunSummary LastRunWithCalls() const;

  // Where the model counts its tokens.
  Usage* usage() { return &usage_; }

  void CountCall(const void* call);  // `call`, whichever it is, met a row
  void CountRows(int64_t rows);
  void CountAsked(const std::string& model, int64_t distinct, int64_t asked);
  void CountFailure(const Error& error);

  // `done` of `total` inputs of an operator are answered; reported when a report is due.
  void Report(const std::string& function, int64_t done, int64_t total);

 private:
  using Clock = std::chrono::steady_clock;
  double Seconds() const;

  mutable std::mutex mutex_;
  QueryHooks hooks_;
  RunSummary summary_;
  RunSummary last_with_calls_;
  std::set<const void*> calls_;
  Usage usage_;
  Clock::time_point begin_ = Clock::now();
  bool running_ = false;
  std::mutex report_mutex_;  // one report at a time; held while the hook runs
  Clock::time_point next_report_;
};

}  // namespace fathom
