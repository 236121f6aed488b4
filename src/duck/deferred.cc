#include "duck/deferred.h"

#include <algorithm>
#include <utility>

#include "duck/ai_call.h"
#include "duck/call_finder.h"

namespace fathom {
namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::ExpressionIterator;
using duckdb::LogicalOperator;

// Replaces the calls in `expression` by constants; their arguments go to `arguments`.
void TakeOutCalls(ExpressionPtr& expression, std::vector<ExpressionPtr>* arguments) {
  if (AsAiCall(*expression) == nullptr) {
    ExpressionIterator::EnumerateChildren(
        *expression, [&](ExpressionPtr& child) { TakeOutCalls(child, arguments); });
    return;
  }
  auto& call = expression->Cast<duckdb::BoundFunctionExpression>();
  for (ExpressionPtr& argument : call.children) {
    TakeOutCalls(argument, arguments);
    arguments->push_back(std::move(argument));
  }
  const duckdb::LogicalType type = expression->return_type;
  expression = duckdb::make_uniq<duckdb::BoundConstantExpression>(duckdb::Value(type));
}

template <typename Is>
bool HoldsItself(const Expression& expression, const Is& is) {
  std::vector<ExpressionPtr> parts;
  ExpressionPtr rest = expression.Copy();
  TakeOutCalls(rest, &parts);
  parts.push_back(std::move(rest));
  return std::ranges::any_of(parts, [&](const ExpressionPtr& part) { return is(*part); });
}

// `place` is the projection that all of `deferred` comes from: undoes the deferral.
bool TakeBack(OperatorPtr& place, Deferred& deferred) {
  if (place->type != duckdb::LogicalOperatorType::LOGICAL_PROJECTION) return false;
  auto& projection = place->Cast<duckdb::LogicalProjection>();
  const auto is_own = [&](const ColumnBinding& column) {
    return column.table_index == projection.table_index;
  };
  if (!std::ranges::all_of(deferred.extras, is_own)) return false;
  for (const DeferredColumn& column : deferred.columns) {
    if (!is_own(column.column)) return false;
  }
  for (DeferredColumn& column : deferred.columns) {
    ExpressionIterator::VisitExpressionMutable<BoundColumnRefExpression>(
        column.expression, [&](BoundColumnRefExpression& reference, ExpressionPtr& expression) {
          FATHOM_ASSERT(is_own(reference.binding));
          expression = projection.expressions[reference.binding.column_index]->Copy();
        });
    projection.expressions[column.column.column_index] = std::move(column.expression);
  }
  projection.expressions.resize(projection.expressions.size() - deferred.extras.size());
  return true;
}

// A projection on top that computes the deferred columns and leaves the extra ones away.
void Compute(WholePlan plan, OperatorPtr& place, Deferred& deferred) {
  place->ResolveOperatorTypes();
  const auto bindings = place->GetColumnBindings();
  const duckdb::idx_t table = plan.binder.GenerateTableIndex();
  duckdb::ColumnBindingReplacer replacer;
  duckdb::vector<ExpressionPtr> columns;
  for (size_t i = 0; i < bindings.size(); ++i) {
    if (std::ranges::count(deferred.extras, bindings[i]) > 0) continue;
    replacer.replacement_bindings.emplace_back(bindings[i], ColumnBinding(table, columns.size()));
    ExpressionPtr column =
        duckdb::make_uniq<BoundColumnRefExpression>(place->types[i], bindings[i]);
    deferred.Substitute(column);
    columns.push_back(std::move(column));
  }
  auto projection = duckdb::make_uniq<duckdb::LogicalProjection>(table, std::move(columns));
  projection->children.push_back(std::move(place));
  place = std::move(projection);
  replacer.stop_operator = place.get();
  replacer.VisitOperator(*plan.root);
}

}  // namespace

void Deferred::Append(Deferred other) {
  std::ranges::move(other.columns, std::back_inserter(columns));
  std::ranges::move(other.predicates, std::back_inserter(predicates));
  std::ranges::move(other.extras, std::back_inserter(extras));
}

void Deferred::Substitute(ExpressionPtr& expression) const {
  if (columns.empty()) return;
  ExpressionIterator::VisitExpressionMutable<BoundColumnRefExpression>(
      expression, [&](BoundColumnRefExpression& reference, ExpressionPtr& place) {
        for (const DeferredColumn& column : columns) {
          if (column.column != reference.binding) continue;
          place = column.expression->Copy();
          return;
        }
      });
}

void Deferred::Substitute(LogicalOperator& operation) const {
  duckdb::LogicalOperatorVisitor::EnumerateExpressions(operation, [&](ExpressionPtr* expression) {
    if (*expression) Substitute(*expression);
  });
}

bool IsVolatileItself(const Expression& expression) {
  return HoldsItself(expression, [](const Expression& part) { return part.IsVolatile(); });
}

bool CanThrowItself(const Expression& expression) {
  return HoldsItself(expression, [](const Expression& part) { return part.CanThrow(); });
}

bool IsStrict(const Expression& expression) {
  const auto call = AsAiCall(expression);
  if (!call || call->details) return false;
  return std::ranges::any_of(
      expression.Cast<duckdb::BoundFunctionExpression>().children, [](const auto& argument) {
        return argument->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF;
      });
}

void PlacePredicates(OperatorPtr& place, Deferred* deferred) {
  if (deferred->predicates.empty()) return;
  auto filter = duckdb::make_uniq<duckdb::LogicalFilter>();
  for (ExpressionPtr& predicate : deferred->predicates) {
    filter->expressions.push_back(std::move(predicate));
  }
  deferred->predicates.clear();
  filter->children.push_back(std::move(place));
  place = std::move(filter);
}

void Settle(WholePlan plan, OperatorPtr& place, Deferred deferred) {
  const bool filtered = !deferred.predicates.empty();
  PlacePredicates(place, &deferred);
  if (deferred.columns.empty() && deferred.extras.empty()) return;
  if (!filtered && TakeBack(place, deferred)) return;
  Compute(plan, place, deferred);
}

}  // namespace fathom
