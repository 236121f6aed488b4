// What SQL can make of the values of a JSON schema.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace fathom {

struct AnswerType {
  enum class Kind {
    kText,
    kChoice,  // text: one of `choices`
    kBoolean,
    kInteger,
    kNumber,
    kDate,            // "2024-02-29"
    kTime,            // "23:59:59", a fraction of up to 6 digits may follow
    kTimeZoned,       // the same with "Z" or "+08:00"
    kTimestamp,       // date, a blank, time
    kTimestampZoned,  // date, "T", time with zone
    kUuid,
    kList,    // one part
    kStruct,  // parts with names
  };

  Kind kind = Kind::kText;
  std::string name;         // of a part of a struct
  std::string description;  // the schema's; empty: none
  std::vector<std::string> choices;
  std::vector<AnswerType> parts;
};

// The type of what is valid for `schema`; NULL is in all of them.
// Errors  kInvalidArgument, with the place as a JSON pointer: a schema whose values have no common
//         type, or only null; names of one object that are blank or differ by case only.
// REQUIRES ParseJsonSchema (runtime/json_schema.h) takes the schema
Result<AnswerType> AnswerTypeOf(std::string_view schema);

}  // namespace fathom
