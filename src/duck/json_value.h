// Answers in JSON as DuckDB's values.
#pragma once

#include "duck/duckdb_api.h"
#include "semantic/typed/json_tree.h"

namespace fathom {

// `node` as a value of `type`: null and members that are missing are NULL.
// Errors  kBadOutput, with the JSON and the type: it is no such value.
Result<duckdb::Value> ToSqlValue(const JsonNode& node, const duckdb::LogicalType& type);

}  // namespace fathom
