// What a statement reads, without what it does.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

// The query that the statement inside EXPLAIN would run: a SELECT, that of an INSERT, CREATE TABLE
// AS or COPY; of an UPDATE or DELETE its rows with the values they would get; an EXECUTE of a
// SELECT. Null for what has none.
duckdb::unique_ptr<duckdb::SQLStatement> QueryInside(duckdb::ClientContext& context,
                                                     const duckdb::SQLStatement& statement);

}  // namespace fathom
