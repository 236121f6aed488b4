// Counts what a statement's ai_* calls do and tells whoever watches.
#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/run_context.h"
#include "duck/session.h"
#include "ledger/ledger.h"

namespace fathom {

// Inputs that were answered, by how.
struct Answered {
  int64_t distinct = 0;
  int64_t from_ledger = 0;
  int64_t asked = 0;
};

// Threads: every member may be called concurrently.
class RunMonitor {
 public:
  // Forgets the last statement; `hooks` hold until the next Begin.
  void Begin(QueryHooks hooks);
  // The statement is over: the hooks are not called any more, the summary stays.
  void End();
  RunSummary Summary() const;
  // Of the last statement that had a call: still there while a later one asks for it.
  std::vector<RowError> ErrorsOfLastRun() const;

  std::chrono::steady_clock::time_point begin() const { return begin_; }  // of the statement

  // Where the model counts its tokens.
  Usage* usage() { return &usage_; }

  void CountCall(const void* call);  // `call`, whichever it is, met a row
  void CountRows(int64_t rows);
  void CountAnswered(const std::string& model, const Answered& answered);
  void CountCost(double dollars);
  void CountFailure(const std::string& function, const Error& error,
                    const std::vector<std::string>& input);
  // What to tell the user although the statement succeeded.
  void Warn(const std::string& message);

  // The inputs that failed, each once; the first kErrorsMax of them.
  std::vector<RowError> Errors() const;
  static constexpr size_t kErrorsMax = 10'000;

  // `done` of `total` inputs of an operator are answered; reported when a report is due.
  void Report(const std::string& function, int64_t done, int64_t total);

 private:
  using Clock = std::chrono::steady_clock;
  double Seconds() const;

  mutable std::mutex mutex_;
  QueryHooks hooks_;
  RunSummary summary_;
  std::vector<RowError> last_errors_;  // of the last statement that had a call
  std::set<const void*> calls_;
  std::vector<RowError> errors_;
  std::unordered_map<std::string, size_t> error_index_;  // by function and input
  Usage usage_;
  Clock::time_point begin_ = Clock::now();
  bool running_ = false;
  std::mutex report_mutex_;  // one report at a time; held while the hook runs
  Clock::time_point next_report_;
};

}  // namespace fathom
