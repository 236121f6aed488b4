// A statement's entry in the ledger: begun with its first ai_* call, brought up to date while it
// runs, ended with its outcome.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "duck/settings.h"
#include "ledger/ledger.h"

namespace fathom {

// The ledger stays open from one statement to the next while the settings name the same file.
// Threads: one at a time.
class LedgerRun {
 public:
  // Opens the ledger and begins a run, unless that was done for this statement; without a path
  // there is neither. Errors: of the ledger.
  Status Begin(const LedgerSettings& settings, const RunStart& start);

  Ledger* ledger() const { return begun_ ? ledger_.get() : nullptr; }
  RunId id() const { return id_; }

  // At most once a second.
  Status Update(const RunFigures& figures);
  Status End(RunState state, const RunFigures& figures, const std::string& message,
             std::span<const RowError> errors);

  // The ledger of `settings`, for looking into it. Errors: of the ledger; kNotFound without a path.
  Result<Ledger*> Open(const LedgerSettings& settings);

 private:
  using Clock = std::chrono::steady_clock;

  std::unique_ptr<Ledger> ledger_;
  int64_t max_bytes_ = 0;
  bool begun_ = false;
  RunId id_ = 0;
  Clock::time_point next_update_;
};

}  // namespace fathom
