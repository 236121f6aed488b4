// What the inner side of a join may know of the outer one: the distinct values of some columns.
#pragma once

#include <string>
#include <vector>

#include "duck/deferred.h"

namespace fathom {

// The distinct values of columns of a join's left side, to be read on its right side: the join
// becomes a duplicate-eliminated one, as DuckDB plans correlated subqueries, the scan a DELIM_GET.
class LeftValues {
 public:
  LeftValues(WholePlan plan, duckdb::LogicalOperator& left);

  // References to the left side's columns become references to the values.
  void Redirect(ExpressionPtr& expression);

  bool empty() const { return columns_.empty(); }

  // To be called when no more columns come.
  OperatorPtr MakeScan() const;
  duckdb::vector<ExpressionPtr> LeftColumns() const;
  // Row of the left side = row of the values.
  duckdb::vector<duckdb::JoinCondition> Conditions() const;

 private:
  struct Column {
    duckdb::ColumnBinding binding;
    duckdb::LogicalType return_type;

    ExpressionPtr Reference() const;
  };

  size_t Number(const duckdb::BoundColumnRefExpression& reference);

  duckdb::idx_t get_table_;
  duckdb::idx_t table_;
  duckdb::vector<duckdb::ColumnBinding> left_;
  std::vector<Column> columns_;
};

// Does `operation` read values of a join further up? Below a new duplicate-eliminated join it would
// read that one's.
bool ReadsOuterValues(const duckdb::LogicalOperator& operation);

// Neither calls, fails nor gives another value for the same row.
bool CanBeKey(const duckdb::Expression& expression);
// An equality of two such expressions.
bool IsKey(const duckdb::JoinCondition& condition);

}  // namespace fathom
