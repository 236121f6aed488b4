// What a ledger file looks like inside, and how an older one becomes a current one.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "ledger/database.h"

namespace fathom {

// In the file's header, so that `file` and we can tell a ledger from another SQLite database.
inline constexpr int64_t kLedgerApplicationId = 0x46544c47;  // "FTLG"

// Step i leads from version i to i + 1; each is a script. Version 0 is an empty database. Released
// steps are never changed: a new version is a new step.
std::span<const char* const> LedgerSteps();

// The version on record: 0 for an empty database. REQUIRES an open transaction: one view of the
// file, while others may be making it.
// Errors  kCorrupt: no ledger. kUnsupported: newer than `newest`. Nothing has been written then.
Result<int64_t> LedgerVersion(Database& database, int64_t newest);

// Brings the file to the last of `steps` and into WAL mode. All steps or none.
// Errors  of LedgerVersion; kIo.
Status MigrateLedger(Database& database, std::span<const char* const> steps);

}  // namespace fathom
