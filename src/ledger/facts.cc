#include "ledger/facts.h"

namespace fathom {

Result<std::optional<std::string>> ReadFact(Database& database, const std::string& name) {
  FATHOM_ASSIGN_OR_RETURN(Statement find,
                          Statement::Prepare(database, "SELECT value FROM facts WHERE name = ?"));
  find.Bind(std::string_view(name));
  FATHOM_ASSIGN_OR_RETURN(const bool found, find.Step());
  if (!found) return std::optional<std::string>();
  return std::optional<std::string>(find.Bytes(0));
}

Status WriteFact(Database& database, const std::string& name, const std::string& value) {
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kWrite));
  {
    FATHOM_ASSIGN_OR_RETURN(
        Statement insert,
        Statement::Prepare(database, "INSERT OR REPLACE INTO facts VALUES (?, ?)"));
    FATHOM_RETURN_IF_ERROR(insert.Run(std::string_view(name), std::string_view(value)));
  }
  return transaction.Commit();
}

}  // namespace fathom
