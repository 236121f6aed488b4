// Reads the input of an ai_* call out of its SQL expression: which text all rows share, and which
// expressions each row brings.
#pragma once

#include <string>

#include "duck/duckdb_api.h"
#include "semantic/task.h"

namespace fathom {

struct InputExpression {
  InputTemplate input;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> arguments;  // VARCHAR, one per slot
};

// Recognised as templates, so that their constant part is shared and paid once:
//   prompt('.. {0} .. {1}', a, b)    concat('..', a, ..)    '..' || a || ..    format('.. {}', a)
// Everything else is one argument, cast to VARCHAR. The rows mean the same either way: `||` and
// format() with a NULL stay NULL, concat() reads NULL as nothing.
InputExpression ReadInput(duckdb::ClientContext& context,
                          duckdb::unique_ptr<duckdb::Expression> expression);

// The template with {0}, {1} where the arguments go, for people.
std::string DescribeTemplate(const InputTemplate& input);

}  // namespace fathom
