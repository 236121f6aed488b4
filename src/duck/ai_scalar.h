// A call of an ai_* function inside an expression.
#pragma once

#include <string>

#include "duck/duckdb_api.h"

namespace fathom {

// Its bound call has AiBindData. The body runs only where the optimizer rule did not lift the call
// into the plan (lift_rule.h): right, but with no more than a vector of rows at a time.
duckdb::ScalarFunction AiScalarFunction(const std::string& name,
                                        duckdb::bind_scalar_function_t bind);

}  // namespace fathom
