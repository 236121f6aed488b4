#include "cli/run_summary.h"

#include "base/numbers.h"
#include "cli/text_width.h"

namespace fathom {
namespace {

constexpr size_t kExampleWidth = 300;

// " (3 too_long, 1 empty_input)"
std::string Reasons(const RunSummary& run) {
  std::string reasons;
  for (const auto& [reason, failures] : run.failed) {
    reasons += (reasons.empty() ? " (" : ", ") + WithSeparators(failures.rows) + " " + reason;
  }
  return reasons.empty() ? "" : reasons + ")";
}

}  // namespace

std::string ForecastText(const CostForecast& forecast) {
  std::string text = forecast.function + ": asking about " + Count(forecast.inputs, "input") +
                     ", some " + Count(forecast.tokens, "token") + ", about " +
                     Seconds(forecast.seconds);
  if (forecast.cost > 0) text += ", " + Dollars(forecast.cost);
  return text;
}

std::string SummaryText(const RunSummary& run) {
  std::string warnings;
  for (const std::string& warning : run.warnings) warnings += "  " + warning + '\n';
  if (run.calls == 0) return warnings;
  int64_t rows_failed = 0;
  for (const auto& [reason, failures] : run.failed) rows_failed += failures.rows;
  const int64_t tokens = run.prefix_tokens + run.row_tokens + run.generated_tokens;

  std::string text = Count(run.rows, "row") + ", " + WithSeparators(run.distinct_inputs) +
                     " distinct, " + WithSeparators(run.from_ledger) + " from the ledger, " +
                     WithSeparators(run.asked) + " asked, " + WithSeparators(rows_failed) +
                     " failed" + Reasons(run) + ", " + Count(tokens, "token") + ", " +
                     Seconds(run.seconds);
  if (run.cost > 0) text += ", " + Dollars(run.cost);
  for (const std::string& model : run.models) text += ", " + model;
  text += '\n' + warnings;
  for (const auto& [reason, failures] : run.failed) {
    if (failures.example.empty()) continue;
    text += "  " + reason + ": " + Truncate(Printable(failures.example), kExampleWidth) + '\n';
  }
  return text;
}

}  // namespace fathom
