#include "runtime/pattern.h"

#include <utility>

#include "runtime/json_schema.h"
#include "runtime/regex_parser.h"

namespace fathom {
namespace {

Error TooLarge(const std::string& key) {
  return {ErrorCode::kUnsupported,
          "not supported: a pattern of so many states: " + key.substr(0, 200)};
}

}  // namespace

Pattern::Pattern(Expressions expressions, Expr expr, std::string key)
    : expressions_(std::move(expressions)), expr_(expr), key_(std::move(key)) {}

Result<Pattern> Pattern::FromRegex(std::string_view regex) {
  Expressions expressions;
  FATHOM_ASSIGN_OR_RETURN(const Expr expr,
                          ParseRegex(expressions, regex, RegexMatch::kWhole, TextForm::kPlain));
  if (expr == kNothing) {
    return {ErrorCode::kInvalidArgument,
            "regular expression '" + std::string(regex) + "': no text matches"};
  }
  const std::string key = "regex:" + std::string(regex);
  if (expressions.full()) return TooLarge(key);
  return Pattern(std::move(expressions), expr, key);
}

Result<Pattern> Pattern::FromJsonSchema(std::string_view schema) {
  Expressions expressions;
  FATHOM_ASSIGN_OR_RETURN(const Expr expr, ParseJsonSchema(expressions, schema));
  const std::string key = "json-schema:" + std::string(schema);
  if (expressions.full()) return TooLarge(key);
  return Pattern(std::move(expressions), expr, key);
}

bool Pattern::Matches(std::string_view text) const {
  Expressions expressions = expressions_;
  Expr expr = expr_;
  for (const char byte : text) {
    expr = expressions.Derive(expr, static_cast<uint8_t>(byte));
    if (expr == kNothing) return false;
  }
  return expressions.nullable(expr);
}

}  // namespace fathom
