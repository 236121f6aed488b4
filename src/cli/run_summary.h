// What a statement did with the model, in words.
#pragma once

#include <string>

#include "duck/session.h"

namespace fathom {

// One line for the run, one for each warning and one for each reason why rows failed; only warnings
// if no model was needed.
//   200 rows, 180 distinct, 20 from the ledger, 160 asked, 2 failed (2 too_long), 21,040 tokens, 15
//   s, qwen2.5-coder-1.5b
//     too_long: the row has 40,000 tokens, ...
std::string SummaryText(const RunSummary& run);

// One line: what is about to be asked, without a line break.
std::string ForecastText(const CostForecast& forecast);

}  // namespace fathom
