// What an answer must look like, whatever model writes it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "runtime/expressions.h"

namespace fathom {

// A regular language over bytes; each of its texts is valid UTF-8.
// Threads: const members may be called concurrently.
class Pattern {
 public:
  // All of the answer matches `regex` (regex_parser.h).
  // Errors  as ParseRegex; kInvalidArgument: no text matches. kUnsupported: Expressions::full.
  static Result<Pattern> FromRegex(std::string_view regex);

  // The answer is JSON that is valid for `schema`. Errors: as ParseJsonSchema (json_schema.h);
  // kUnsupported: Expressions::full.
  static Result<Pattern> FromJsonSchema(std::string_view schema);

  const Expressions& expressions() const { return expressions_; }
  Expr expr() const { return expr_; }
  // Names the language: equal keys, equal texts.
  const std::string& key() const { return key_; }

  // Time: copies the expressions; not for every row of a large job.
  bool Matches(std::string_view text) const;

 private:
  Pattern(Expressions expressions, Expr expr, std::string key);

  Expressions expressions_;
  Expr expr_;
  std::string key_;
};

}  // namespace fathom
