// The scalar values of a JSON schema.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "runtime/expressions.h"

namespace fathom {

// A schema inside a schema.
struct SchemaPlace {
  const nlohmann::ordered_json& json;  // an object
  std::string pointer;                 // "#/properties/age"

  Error Wrong(const std::string& what) const;        // kInvalidArgument
  Error Unsupported(const std::string& what) const;  // kUnsupported

  bool Has(const char* keyword) const { return json.contains(keyword); }
  // A whole number of 0 to 10^9; `otherwise` where the keyword is missing.
  Result<uint32_t> Count(const char* keyword, uint32_t otherwise) const;
};

// What ParseJsonSchema says of strings and numbers; an expression of kNothing is for the caller to
// refuse.
Result<Expr> JsonStrings(Expressions& expressions, const SchemaPlace& place);
Result<Expr> JsonNumbers(Expressions& expressions, const SchemaPlace& place, bool integer);

// A value as ParseJsonSchema has it written.
std::string JsonText(const nlohmann::ordered_json& value);

}  // namespace fathom
