// Answers become values of a DuckDB vector.
#pragma once

#include <span>

#include "duck/ai_call.h"
#include "duck/answer_memo.h"
#include "duck/duckdb_api.h"
#include "duck/run_monitor.h"

namespace fathom {

// Writes the answers of `entries` (null = the input was NULL) into result[0..), and counts
// failures: a failed row is NULL, or a STRUCT that says why when the call asked for details.
// Returns how many rows had an input. Errors: InvalidInputException at a failed row when the call
// says so (ai_on_error = 'fail'). REQUIRES every entry ready; result flat, of type ReturnType(call)
int64_t WriteAnswers(const AiCall& call, std::span<MemoEntry* const> entries, RunMonitor& monitor,
                     duckdb::Vector& result);

}  // namespace fathom
