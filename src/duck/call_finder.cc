#include "duck/call_finder.h"

#include <algorithm>
#include <utility>

#include "duck/ai_call.h"

namespace fathom {
namespace {

using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::ExpressionIterator;
using duckdb::ExpressionType;
using duckdb::LogicalType;
using duckdb::Value;

// a IS [NOT] TRUE / FALSE, which is never NULL.
ExpressionPtr IsNot(const Expression& condition, bool value) {
  return duckdb::make_uniq<duckdb::BoundComparisonExpression>(
      ExpressionType::COMPARE_DISTINCT_FROM, condition.Copy(),
      duckdb::make_uniq<duckdb::BoundConstantExpression>(Value::BOOLEAN(value)));
}

ExpressionPtr IsNull(const Expression& value) {
  auto is_null = duckdb::make_uniq<duckdb::BoundOperatorExpression>(
      ExpressionType::OPERATOR_IS_NULL, LogicalType::BOOLEAN);
  is_null->children.push_back(value.Copy());
  return is_null;
}

class Finder {
 public:
  explicit Finder(std::vector<FoundCall>* calls) : calls_(calls) {}

  void Visit(ExpressionPtr& expression) {
    const size_t before = calls_->size();
    switch (expression->GetExpressionClass()) {
      case ExpressionClass::BOUND_CASE:
        VisitCase(expression->Cast<duckdb::BoundCaseExpression>());
        break;
      case ExpressionClass::BOUND_CONJUNCTION:
        VisitConjunction(expression->Cast<duckdb::BoundConjunctionExpression>());
        break;
      case ExpressionClass::BOUND_AGGREGATE:
        VisitAggregate(expression->Cast<duckdb::BoundAggregateExpression>());
        break;
      default:
        if (expression->GetExpressionType() == ExpressionType::OPERATOR_COALESCE) {
          VisitCoalesce(expression->Cast<duckdb::BoundOperatorExpression>());
        } else {
          VisitChildren(*expression);
        }
    }
    if (calls_->size() == before && AsAiCall(*expression) && !HoldsCallInside(*expression)) {
      Add(expression);
    }
  }

 private:
  static bool HoldsCallInside(const Expression& expression) {
    bool found = false;
    ExpressionIterator::EnumerateChildren(
        expression, [&](const Expression& child) { found = found || HoldsCall(child); });
    return found;
  }

  // A call whose condition holds a call waits until that one is a column.
  void Add(ExpressionPtr& call) {
    FoundCall found{&call, {}};
    for (const ExpressionPtr& condition : conditions_) {
      if (HoldsCall(*condition)) return;
      found.conditions.push_back(condition->Copy());
    }
    calls_->push_back(std::move(found));
  }

  void VisitChildren(Expression& expression) {
    ExpressionIterator::EnumerateChildren(expression, [&](ExpressionPtr& child) { Visit(child); });
  }

  // A volatile condition would have another value the second time: it cannot be one.
  void Push(ExpressionPtr condition) {
    bool is_volatile = false;
    CheckVolatile(*condition, &is_volatile);
    if (!is_volatile) conditions_.push_back(std::move(condition));
  }

  // ai_* calls are volatile by name only: they become columns.
  static void CheckVolatile(const Expression& expression, bool* is_volatile) {
    if (expression.GetExpressionClass() == ExpressionClass::BOUND_FUNCTION &&
        !AsAiCall(expression)) {
      const auto& function = expression.Cast<duckdb::BoundFunctionExpression>();
      if (function.function.GetStability() == duckdb::FunctionStability::VOLATILE) {
        *is_volatile = true;
      }
    }
    ExpressionIterator::EnumerateChildren(
        expression, [&](const Expression& child) { CheckVolatile(child, is_volatile); });
  }

  void VisitCase(duckdb::BoundCaseExpression& expression) {
    const size_t before = conditions_.size();
    for (duckdb::BoundCaseCheck& check : expression.case_checks) {
      Visit(check.when_expr);
      const size_t here = conditions_.size();
      Push(check.when_expr->Copy());
      Visit(check.then_expr);
      conditions_.resize(here);
      Push(IsNot(*check.when_expr, true));
    }
    Visit(expression.else_expr);
    conditions_.resize(before);
  }

  void VisitConjunction(duckdb::BoundConjunctionExpression& expression) {
    const bool decides = expression.GetExpressionType() == ExpressionType::CONJUNCTION_OR;
    const size_t before = conditions_.size();
    for (const ExpressionPtr& child : expression.children) {
      if (!HoldsCall(*child)) Push(IsNot(*child, decides));
    }
    for (ExpressionPtr& child : expression.children) {
      if (!HoldsCall(*child)) continue;
      Visit(child);
      Push(IsNot(*child, decides));
    }
    conditions_.resize(before);
  }

  void VisitCoalesce(duckdb::BoundOperatorExpression& expression) {
    const size_t before = conditions_.size();
    for (ExpressionPtr& child : expression.children) {
      Visit(child);
      Push(IsNull(*child));
    }
    conditions_.resize(before);
  }

  void VisitAggregate(duckdb::BoundAggregateExpression& expression) {
    const size_t before = conditions_.size();
    if (expression.filter) {
      Visit(expression.filter);
      Push(expression.filter->Copy());
    }
    for (ExpressionPtr& child : expression.children) Visit(child);
    if (expression.order_bys) {
      for (auto& order : expression.order_bys->orders) Visit(order.expression);
    }
    conditions_.resize(before);
  }

  std::vector<FoundCall>* calls_;
  std::vector<ExpressionPtr> conditions_;  // of the place being visited
};

}  // namespace

bool HoldsCall(const Expression& expression) {
  bool found = AsAiCall(expression) != nullptr;
  ExpressionIterator::EnumerateChildren(
      expression, [&](const Expression& child) { found = found || HoldsCall(child); });
  return found;
}

bool OperatorHoldsCall(duckdb::LogicalOperator& operation) {
  bool found = false;
  duckdb::LogicalOperatorVisitor::EnumerateExpressions(operation, [&](ExpressionPtr* expression) {
    found = found || (*expression && HoldsCall(**expression));
  });
  return found;
}

bool SubtreeHoldsCall(duckdb::LogicalOperator& operation) {
  bool found = OperatorHoldsCall(operation);
  for (const auto& child : operation.children) found = found || SubtreeHoldsCall(*child);
  return found;
}

duckdb::vector<ExpressionPtr> TakeSemantic(duckdb::LogicalFilter& filter) {
  duckdb::LogicalFilter::SplitPredicates(filter.expressions);
  duckdb::vector<ExpressionPtr> semantic;
  duckdb::vector<ExpressionPtr> ordinary;
  for (ExpressionPtr& predicate : filter.expressions) {
    (HoldsCall(*predicate) ? semantic : ordinary).push_back(std::move(predicate));
  }
  filter.expressions = std::move(ordinary);
  return semantic;
}

ExpressionPtr Conjunction(duckdb::vector<ExpressionPtr> predicates) {
  FATHOM_ASSERT(!predicates.empty());
  if (predicates.size() == 1) return std::move(predicates[0]);
  auto all = duckdb::make_uniq<duckdb::BoundConjunctionExpression>(ExpressionType::CONJUNCTION_AND);
  all->children = std::move(predicates);
  return all;
}

void FindCalls(ExpressionPtr& expression, std::vector<FoundCall>* calls) {
  Finder(calls).Visit(expression);
}

ExpressionPtr GuardCall(const Expression& call, const std::vector<ExpressionPtr>& conditions) {
  ExpressionPtr guarded = call.Copy();
  if (conditions.empty()) return guarded;
  for (ExpressionPtr& argument : guarded->Cast<duckdb::BoundFunctionExpression>().children) {
    duckdb::vector<ExpressionPtr> when;
    for (const ExpressionPtr& condition : conditions) when.push_back(condition->Copy());
    const LogicalType type = argument->return_type;
    argument = duckdb::make_uniq<duckdb::BoundCaseExpression>(
        Conjunction(std::move(when)), std::move(argument),
        duckdb::make_uniq<duckdb::BoundConstantExpression>(Value(type)));
  }
  return guarded;
}

}  // namespace fathom
