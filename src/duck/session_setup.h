// Which statements of a session a later one may depend on: running a statement again elsewhere
// (`fathom runs resume`) runs these first.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

// Changed the session (settings, attached databases, temporary tables) or a database that dies with
// it, and nothing that outlives it: that would be done twice.
bool ChangesSessionOnly(duckdb::StatementType type, const duckdb::StatementProperties& properties,
                        bool database_in_memory);

}  // namespace fathom
