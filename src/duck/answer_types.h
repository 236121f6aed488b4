// SQL's types as JSON schemas, and what JSON schemas mean as SQL's types.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "duck/duckdb_api.h"
#include "semantic/typed/answer_type.h"

namespace fathom {

enum class NestedNulls { kAllowed, kNone };  // as fields of structs in structs and lists

// The schema of which every value is one of `type`. NULL is none of them.
// Errors  BinderException that starts with `function` and says which part of `what` ("field
//         'total'") has a type that answers cannot have, and which they can.
nlohmann::ordered_json SchemaOf(const duckdb::LogicalType& type, NestedNulls nulls,
                                std::string_view function, const std::string& what);

duckdb::LogicalType SqlTypeOf(const AnswerType& type);

}  // namespace fathom
