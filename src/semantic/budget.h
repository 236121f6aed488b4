// Hard limits of one query. Work is reserved before it starts, at its highest possible price, so
// that tokens and money never go over; time ends a run between two batches of the model.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "llm/language_model.h"
#include "semantic/task_tokens.h"

namespace fathom {

struct BudgetLimits {
  std::optional<int64_t> tokens = {};  // prompt and generated together
  std::optional<double> seconds = {};  // since the query began
  std::optional<double> cost = {};     // US dollars
  bool partial = false;                // rows beyond are NULL (over_budget) instead of an error
};

struct Spent {
  int64_t tokens = 0;
  double cost = 0;
};

double Cost(const Price& price, int64_t prompt_tokens, int64_t generated_tokens);

// Threads: const, any.
class Budget {
 public:
  using Clock = std::chrono::steady_clock;

  Budget() = default;  // no limits
  Budget(BudgetLimits limits, Clock::time_point begin) : limits_(limits), begin_(begin) {}

  const BudgetLimits& limits() const { return limits_; }
  bool limits_work() const { return limits_.tokens.has_value() || limits_.cost.has_value(); }
  std::optional<Clock::time_point> deadline() const;

  // How many of the rows of `need`, from the first on, can be asked whatever they decode.
  size_t Affordable(const TaskTokens& need, const Price& price, const Spent& spent) const;

  // "the query's budget of 1,000 tokens (ai_max_tokens) is used up: 980 spent": of the limits, the
  // one that `spent` and the next row would break.
  std::string Explain(const Spent& spent) const;

 private:
  bool Allows(int64_t tokens, double cost, const Spent& spent) const;

  BudgetLimits limits_;
  Clock::time_point begin_;
};

}  // namespace fathom
