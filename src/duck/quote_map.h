// Where an input says the parts of an answer, as a value of SQL.
#pragma once

#include "duck/ai_call.h"
#include "duck/answer_memo.h"
#include "duck/duckdb_api.h"

namespace fathom {

// MAP(VARCHAR, QuoteType()): for every part of the answer without parts of its own, by its name
// ("total", "items[1].price"), how sure the model was and the quote. Places count characters of the
// input from 0, "end" is behind the last: substring(input, "start" + 1, "end" - "start") = quote.
// REQUIRES the answer is JSON that could be made a value (json_value.h)
duckdb::Value QuoteMap(const AiCall& call, const MemoEntry& entry);

}  // namespace fathom
