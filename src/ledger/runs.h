// The tables of runs and of rows that failed in them.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/database.h"
#include "ledger/ledger.h"
#include "ledger/owners.h"

namespace fathom {

// Whether an owner's process lives; decides between kRunning and kDied.
using IsAlive = std::function<bool(OwnerId)>;

Result<RunId> InsertRun(Database& database, OwnerId owner, const RunStart& start, int64_t now_ms);
// Errors of both: kNotFound.
Status WriteFigures(Database& database, RunId run, const RunFigures& figures);
struct RunEnd {
  RunState state = RunState::kDone;  // REQUIRES kDone, kFailed or kCancelled
  std::string message;
  int64_t at_ms = 0;
};
Status WriteEnd(Database& database, RunId run, const RunFigures& figures, const RunEnd& end);
Status InsertErrors(Database& database, RunId run, std::span<const RowError> errors);

Result<std::vector<RunRecord>> ReadRuns(Database& database, const IsAlive& is_alive);
Result<RunRecord> ReadRun(Database& database, RunId run, const IsAlive& is_alive);  // kNotFound
Result<std::vector<RowError>> ReadErrors(Database& database, RunId run);  // in order of arrival

}  // namespace fathom
