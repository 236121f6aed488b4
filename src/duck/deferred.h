// What is on its way up the plan (pull_rule.h): columns and predicates with ai_* calls that are
// computed higher than they are written, where fewer rows are left.
#pragma once

#include <vector>

#include "duck/duckdb_api.h"

namespace fathom {

using ExpressionPtr = duckdb::unique_ptr<duckdb::Expression>;
using OperatorPtr = duckdb::unique_ptr<duckdb::LogicalOperator>;

// `column` comes up from the subtree as a NULL that stands for `expression`, which reads other
// columns of the subtree, never one that is deferred itself.
struct DeferredColumn {
  duckdb::ColumnBinding column;
  ExpressionPtr expression;
};

struct Deferred {
  std::vector<DeferredColumn> columns;
  std::vector<ExpressionPtr> predicates;      // still to be applied to the subtree's rows
  std::vector<duckdb::ColumnBinding> extras;  // columns of the subtree that only the above read

  void Append(Deferred other);

  // References to deferred columns become what they stand for.
  void Substitute(ExpressionPtr& expression) const;
  void Substitute(duckdb::LogicalOperator& operation) const;  // in all its expressions
};

// What the expression is apart from its ai_* calls, whose arguments count too. The calls are
// volatile and fallible by name only: they become columns, and a failed row is a NULL.
bool IsVolatileItself(const duckdb::Expression& expression);
bool CanThrowItself(const duckdb::Expression& expression);

// Does a row of NULLs make the expression NULL? Known only of a bare call on a bare column.
bool IsStrict(const duckdb::Expression& expression);

// Puts the predicates into a filter above `place`.
void PlacePredicates(OperatorPtr& place, Deferred* deferred);

// The plan, of which the functions below change parts.
struct WholePlan {
  duckdb::Binder& binder;
  OperatorPtr& root;
};

// Computes everything here: `place` has its own columns again, in their order. Whatever reads them
// above is adapted.
void Settle(WholePlan plan, OperatorPtr& place, Deferred deferred);

}  // namespace fathom
