// Fields declared as the columns of CREATE TABLE are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "duck/duckdb_api.h"

namespace fathom {

struct DeclaredColumn {
  std::string name;
  duckdb::LogicalType type;
  std::string comment;  // empty: none
};

// `list` is what stands between the parentheses of CREATE TABLE, read by DuckDB's own parser, so
// its types are DuckDB's, those of CREATE TYPE too. COMMENT 'text' behind a column's type, which
// DuckDB's grammar does not have, describes the column.
// Errors  BinderException that starts with `function`: not such a list, `wanted` says what is; a
//         type that does not exist; constraints, defaults and computed columns, which say nothing
//         about what to look for.
std::vector<DeclaredColumn> ReadColumnList(duckdb::ClientContext& context,
                                           std::string_view function, const std::string& list,
                                           const std::string& wanted);

// The type that `text` is the name of, as ENUM('a', 'b') or DECIMAL(10,2)[]. nullopt: no type.
std::optional<duckdb::LogicalType> ReadTypeName(duckdb::ClientContext& context,
                                                const std::string& text);

}  // namespace fathom
