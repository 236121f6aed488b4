// The form that a question wants its answers in.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "runtime/pattern.h"
#include "semantic/typed/answer_type.h"

namespace fathom {

// Answers match `pattern` and are of `type`: JSON, or without a schema the text itself.
struct AnswerFormat {
  std::string schema;  // JSON, or empty
  AnswerType type;
  std::shared_ptr<const Pattern> pattern;
};

// Errors  kInvalidArgument, kUnsupported, with the place as a JSON pointer: as ParseJsonSchema
//         (runtime/json_schema.h) and AnswerTypeOf.
Result<AnswerFormat> FormatOfSchema(std::string schema);

// Any text that matches `regex`. Errors: as Pattern::FromRegex.
Result<AnswerFormat> FormatOfRegex(std::string_view regex);

// A schema of an object of which all properties are written and each may be null, what `required`
// says of it notwithstanding.
// Errors  kInvalidArgument: no JSON, not an object with `properties`.
Result<std::string> WithNullableFields(std::string_view schema);

}  // namespace fathom
