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
  // The ledger of `settings`. Errors: of the ledger; kNotFound without a path.
  Result<Ledger*> Open(const LedgerSettings& settings);

  // REQUIRES Open was called. Errors: of the ledger.
  Status Begin(const RunStart& start);
  bool begun() const { return begun_; }
  RunId id() const { return id_; }

  // At most once a second.
  Status Update(const RunFigures& figures);
  // Without a run that was begun, nothing.
  Status End(RunState state, const RunFigures& figures, const std::string& message,
             std::span<const RowError> errors);

 private:
  using Clock = std::chrono::steady_clock;

  std::unique_ptr<Ledger> ledger_;
  int64_t max_bytes_ = 0;
  bool begun_ = false;
  RunId id_ = 0;
  Clock::time_point next_update_;
};

}  // namespace fathom
