// The optimizer rule that makes ordinary calls of ai_agg and ai_summarize_agg.
#pragma once

#include "duck/deferred.h"

namespace fathom {

// Before every other rule. An aggregate ai_agg(x) [FILTER f] [ORDER BY o] becomes
//   list(x [ORDER BY o]) FILTER (f AND x IS NOT NULL)
// and, in a projection above, a call about that list as JSON; everything above reads the
// projection. Without an order the texts are sorted, so that the same group is the same input.
void ReplaceAiAggregates(duckdb::ClientContext& context, duckdb::Binder& binder, OperatorPtr& plan);

}  // namespace fathom
