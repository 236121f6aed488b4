// The table of facts.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "ledger/database.h"

namespace fathom {

Result<std::optional<std::string>> ReadFact(Database& database, const std::string& name);
Status WriteFact(Database& database, const std::string& name, const std::string& value);

}  // namespace fathom
