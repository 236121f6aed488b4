#include "duck/session_setup.h"

#include <algorithm>

namespace fathom {
namespace {

using duckdb::StatementType;

// Changes something; COPY, EXPORT and the like do so outside of DuckDB.
bool Changes(StatementType type) {
  switch (type) {
    case StatementType::CREATE_STATEMENT:
    case StatementType::CREATE_FUNC_STATEMENT:
    case StatementType::ALTER_STATEMENT:
    case StatementType::DROP_STATEMENT:
    case StatementType::INSERT_STATEMENT:
    case StatementType::UPDATE_STATEMENT:
    case StatementType::DELETE_STATEMENT:
    case StatementType::MERGE_INTO_STATEMENT:
    case StatementType::SET_STATEMENT:
    case StatementType::VARIABLE_SET_STATEMENT:
    case StatementType::PRAGMA_STATEMENT:
    case StatementType::ATTACH_STATEMENT:
    case StatementType::DETACH_STATEMENT:
    case StatementType::LOAD_STATEMENT:
    case StatementType::PREPARE_STATEMENT: return true;
    default: return false;
  }
}

}  // namespace

bool ChangesSessionOnly(StatementType type, const duckdb::StatementProperties& properties,
                        bool database_in_memory) {
  const auto& changed = properties.modified_databases;  // without temporary ones
  const bool nothing_outlives =
      std::all_of(changed.begin(), changed.end(), [&](const auto& database) {
        return database.first == "temp" || (database_in_memory && database.first == "memory");
      });
  return nothing_outlives && Changes(type);
}

}  // namespace fathom
