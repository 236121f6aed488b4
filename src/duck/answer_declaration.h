// The form of an answer as a query declares it: fields of ai_extract, 'response_format' of
// ai_complete.
#pragma once

#include <string_view>

#include "duck/duckdb_api.h"
#include "semantic/typed/answer_format.h"

namespace fathom {

struct AnswerDeclaration {
  AnswerFormat format;
  duckdb::LogicalType type;
};

// Both throw a BinderException that starts with `function`, names the field and says what would be
// right. `value` is a constant argument.

// A column list, a list of names or a JSON schema of an object; every field may be NULL.
AnswerDeclaration ReadFields(duckdb::ClientContext& context, std::string_view function,
                             const duckdb::Value& value);

// The name of a type, a column list, a list of names, a JSON schema, or {'regex': '...'}. NULL is
// no answer, unless a JSON schema says so.
AnswerDeclaration ReadResponseFormat(duckdb::ClientContext& context, std::string_view function,
                                     const duckdb::Value& value);

}  // namespace fathom
