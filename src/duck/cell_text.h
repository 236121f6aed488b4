// Values as text: for people, and as JSON.
#pragma once

#include <string>

#include "duck/duckdb_api.h"

namespace fathom {

// One complete JSON value. Numbers and booleans are bare, NULL inside nested values is null;
// STRUCT and MAP are objects, LIST and ARRAY are arrays; infinities and NaN, which JSON does not
// have, and all other types are strings.
std::string ToJson(const duckdb::Value& value);

// `text` between quotes, with JSON's escapes.
std::string JsonString(const std::string& text);

}  // namespace fathom
