// Finds the ai_* calls in an expression, each with the condition under which its value matters:
//   CASE WHEN a THEN ai(x) ELSE b END     ai(x) matters where a is true
//   a OR ai(x)                            where a is not true
//   a AND ai(x)                           where a is not false
//   coalesce(a, ai(x))                    where a is NULL
//   sum(ai(x)) FILTER (WHERE a)           where a is true
// Among the operands of AND and OR the ones without a call are conditions for those with one, in
// whatever order they are written.
#pragma once

#include <vector>

#include "duck/deferred.h"
#include "duck/duckdb_api.h"

namespace fathom {

bool HoldsCall(const duckdb::Expression& expression);
// In the expressions of the operator itself?
bool OperatorHoldsCall(duckdb::LogicalOperator& operation);
// In them, or in those of an operator below it?
bool SubtreeHoldsCall(duckdb::LogicalOperator& operation);

// Takes the conjuncts with calls out of the filter.
duckdb::vector<ExpressionPtr> TakeSemantic(duckdb::LogicalFilter& filter);

// All of them joined by AND. REQUIRES at least one
ExpressionPtr Conjunction(duckdb::vector<ExpressionPtr> predicates);

struct FoundCall {
  ExpressionPtr* place;                   // where the call stands
  std::vector<ExpressionPtr> conditions;  // copies; the value matters only where all are true
};

// Appends the calls in `expression` that can be evaluated next: neither their arguments nor their
// conditions hold another call. Not empty if the expression holds any call.
void FindCalls(ExpressionPtr& expression, std::vector<FoundCall>* calls);

// `call` with arguments that are NULL, and so cost nothing, where one of `conditions` is not true.
ExpressionPtr GuardCall(const duckdb::Expression& call,
                        const std::vector<ExpressionPtr>& conditions);

}  // namespace fathom
