#include "semantic/budget.h"

#include <cstdio>

namespace fathom {
namespace {

std::string Dollars(double cost) {
  char text[48];
  std::snprintf(text, sizeof text, "$%.6g", cost);
  return text;
}

}  // namespace

double Cost(const Price& price, int64_t prompt_tokens, int64_t generated_tokens) {
  return (price.prompt * static_cast<double>(prompt_tokens) +
          price.generated * static_cast<double>(generated_tokens)) /
         1e6;
}

std::optional<Budget::Clock::time_point> Budget::deadline() const {
  constexpr double kForever = 1e9;  // seconds: 30 years, which the clock can still count
  if (!limits_.seconds || *limits_.seconds > kForever) return std::nullopt;
  return begin_ + std::chrono::duration_cast<Clock::duration>(
                      std::chrono::duration<double>(*limits_.seconds));
}

bool Budget::Allows(int64_t tokens, double cost, const Spent& spent) const {
  if (limits_.tokens && spent.tokens + tokens > *limits_.tokens) return false;
  return !limits_.cost || spent.cost + cost <= *limits_.cost;
}

size_t Budget::Affordable(const TaskTokens& need, const Price& price, const Spent& spent) const {
  if (!limits_work()) return need.rows.size();
  int64_t prompt = need.prefix;
  int64_t generated = 0;
  size_t rows = 0;
  for (; rows < need.rows.size(); ++rows) {
    prompt += need.rows[rows];
    generated += need.generated_row_max;
    if (!Allows(prompt + generated, Cost(price, prompt, generated), spent)) break;
  }
  return rows;
}

std::string Budget::Explain(const Spent& spent) const {
  std::string text = "the query's budget is used up:";
  if (limits_.tokens) {
    text += " " + std::to_string(spent.tokens) + " of " + std::to_string(*limits_.tokens) +
            " tokens (ai_max_tokens)";
  }
  if (limits_.seconds) {
    const std::chrono::duration<double> gone = Clock::now() - begin_;
    char seconds[64];
    std::snprintf(seconds, sizeof seconds, " %.1f of %g s (ai_max_seconds)", gone.count(),
                  *limits_.seconds);
    text += seconds;
  }
  if (limits_.cost) {
    text += " " + Dollars(spent.cost) + " of " + Dollars(*limits_.cost) + " (ai_max_cost)";
  }
  return text + ", and the next row needs more than is left";
}

}  // namespace fathom
