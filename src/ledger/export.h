// Every answer, one after the other.
#pragma once

#include <functional>
#include <optional>

#include "base/result.h"
#include "ledger/database.h"
#include "ledger/ledger.h"

namespace fathom {

// As Ledger::Export. One consistent view from beginning to end; answers are read in the order of
// the table, so memory does not grow with the ledger.
Status ExportAnswers(Database& database, std::optional<RunId> run,
                     const std::function<bool(const ExportedAnswer&)>& sink);

}  // namespace fathom
