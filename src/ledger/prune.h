// Making a ledger smaller.
#pragma once

#include "base/result.h"
#include "ledger/database.h"
#include "ledger/ledger.h"
#include "ledger/runs.h"

namespace fathom {

// The file's size, once what is still in its -wal has reached it.
Result<int64_t> LedgerBytes(Database& database);

// As Ledger::Prune; runs that are alive stay. The file is rewritten without what is gone, which
// takes as much disk again meanwhile. Where others read at that moment it becomes smaller when they
// are done. Errors: kIo, kCorrupt; what was deleted before stays deleted.
Result<Pruned> PruneLedger(Database& database, const PruneOptions& options,
                           const IsAlive& is_alive);

}  // namespace fathom
