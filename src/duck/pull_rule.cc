#include "duck/pull_rule.h"

#include <algorithm>
#include <utility>

#include "duck/call_finder.h"
#include "duck/deferred.h"
#include "duck/deferred_ctes.h"
#include "duck/reduce_rule.h"

namespace fathom {
namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::ExpressionIterator;
using duckdb::JoinType;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;
using duckdb::LogicalOperatorVisitor;

bool CanMove(const Expression& expression) {
  return HoldsCall(expression) && !IsVolatileItself(expression);
}

// Hands columns of a projection's input up through it.
class Exporter {
 public:
  Exporter(duckdb::LogicalProjection& projection, Deferred* out)
      : projection_(projection), out_(out) {}

  // The references in `expression` become references to the projection's columns.
  void Export(ExpressionPtr& expression) {
    ExpressionIterator::VisitExpressionMutable<BoundColumnRefExpression>(
        expression, [&](BoundColumnRefExpression& reference, ExpressionPtr&) {
          reference.binding = Exported(reference);
        });
  }

 private:
  ColumnBinding Exported(const BoundColumnRefExpression& reference) {
    auto& columns = projection_.expressions;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i]->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF &&
          columns[i]->Cast<BoundColumnRefExpression>().binding == reference.binding) {
        return {projection_.table_index, i};
      }
    }
    columns.push_back(
        duckdb::make_uniq<BoundColumnRefExpression>(reference.return_type, reference.binding));
    return out_->extras.emplace_back(projection_.table_index, columns.size() - 1);
  }

  duckdb::LogicalProjection& projection_;
  Deferred* out_;
};

class Puller {
 public:
  explicit Puller(WholePlan plan) : plan_(plan) {}

  // Pulls what it can out of the subtree. `useful`: above it is a join that can drop rows, with
  // nothing between that predicates cannot pass; without it `predicates` stays empty.
  Deferred Pull(OperatorPtr& place, bool useful) {
    switch (place->type) {
      case LogicalOperatorType::LOGICAL_PROJECTION: return PullProjection(*place, useful);
      case LogicalOperatorType::LOGICAL_FILTER: return PullFilter(place, useful);
      case LogicalOperatorType::LOGICAL_ORDER_BY: return PassColumns(*place, useful);
      case LogicalOperatorType::LOGICAL_LIMIT: return PullLimit(*place);
      case LogicalOperatorType::LOGICAL_WINDOW:
      case LogicalOperatorType::LOGICAL_UNNEST: return PassColumns(*place, false);
      case LogicalOperatorType::LOGICAL_DISTINCT: return PullDistinct(*place);
      case LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY:
        PassColumns(*place, false);
        return {};
      case LogicalOperatorType::LOGICAL_CROSS_PRODUCT: return PullBoth(*place, useful);
      case LogicalOperatorType::LOGICAL_COMPARISON_JOIN:
      case LogicalOperatorType::LOGICAL_ANY_JOIN:
      case LogicalOperatorType::LOGICAL_DELIM_JOIN: return PullJoin(place, useful);
      case LogicalOperatorType::LOGICAL_MATERIALIZED_CTE: return PullCte(*place, useful);
      case LogicalOperatorType::LOGICAL_CTE_REF: return ReadCte(place, useful);
      default: Stop(*place); return {};
    }
  }

 private:
  void Stop(LogicalOperator& operation) {
    for (OperatorPtr& child : operation.children) Settle(plan_, child, Pull(child, false));
  }

  Deferred PassColumns(LogicalOperator& operation, bool useful) {
    Deferred deferred = Pull(operation.children[0], useful && !CanFail(operation));
    deferred.Substitute(operation);
    return deferred;
  }

  Deferred PullBoth(LogicalOperator& operation, bool useful) {
    Deferred deferred = Pull(operation.children[0], useful);
    deferred.Append(Pull(operation.children[1], useful));
    return deferred;
  }

  // DISTINCT ON keeps whole rows by some of their columns, DISTINCT compares all of them.
  Deferred PullDistinct(LogicalOperator& operation) {
    const auto type = operation.Cast<duckdb::LogicalDistinct>().distinct_type;
    if (type == duckdb::DistinctType::DISTINCT_ON) return PassColumns(operation, false);
    Stop(operation);
    return {};
  }

  // A limit that is computed reads a column that comes up to it.
  Deferred PullLimit(LogicalOperator& operation) {
    bool computed = false;
    LogicalOperatorVisitor::EnumerateExpressions(
        operation, [&](ExpressionPtr* expression) { computed = computed || *expression; });
    if (!computed) return Pull(operation.children[0], false);
    Stop(operation);
    return {};
  }

  // Would the operator's own expressions see rows that a predicate below keeps away, and mind?
  static bool CanFail(LogicalOperator& operation) {
    bool can_fail = false;
    LogicalOperatorVisitor::EnumerateExpressions(operation, [&](ExpressionPtr* expression) {
      if (!*expression) return;
      can_fail = can_fail || CanThrowItself(**expression) || IsVolatileItself(**expression);
    });
    return can_fail;
  }

  // As CanFail, of a join's conditions as far as they are computed for the rows of one side.
  static bool SideCanFail(LogicalOperator& join, size_t side) {
    if (join.type == LogicalOperatorType::LOGICAL_ANY_JOIN) return CanFail(join);
    const auto& conditions = join.Cast<duckdb::LogicalComparisonJoin>().conditions;
    return std::ranges::any_of(conditions, [&](const duckdb::JoinCondition& condition) {
      const Expression& expression = side == 0 ? *condition.left : *condition.right;
      return CanThrowItself(expression) || IsVolatileItself(expression);
    });
  }

  Deferred PullProjection(LogicalOperator& operation, bool useful) {
    auto& projection = operation.Cast<duckdb::LogicalProjection>();
    Deferred below = PassColumns(operation, useful);
    Deferred out;
    Exporter exporter(projection, &out);
    for (ExpressionPtr& predicate : below.predicates) {
      exporter.Export(predicate);
      out.predicates.push_back(std::move(predicate));
    }
    const size_t columns = projection.expressions.size() - out.extras.size();
    for (size_t i = 0; i < columns; ++i) {
      if (!CanMove(*projection.expressions[i])) continue;
      const duckdb::LogicalType type = projection.expressions[i]->return_type;
      ExpressionPtr expression = std::move(projection.expressions[i]);
      projection.expressions[i] =
          duckdb::make_uniq<duckdb::BoundConstantExpression>(duckdb::Value(type));
      exporter.Export(expression);
      out.columns.push_back({{projection.table_index, i}, std::move(expression)});
    }
    return out;
  }

  Deferred PullFilter(OperatorPtr& place, bool useful) {
    auto& filter = place->Cast<duckdb::LogicalFilter>();
    if (filter.HasProjectionMap()) {
      Stop(filter);
      return {};
    }
    // Predicates below come up to those that are here already: they run as one (semantic_filter.h).
    const bool holds_call =
        std::ranges::any_of(filter.expressions, [](const auto& one) { return HoldsCall(*one); });
    Deferred deferred = Pull(filter.children[0], useful || holds_call);
    deferred.Substitute(filter);
    if (!useful && !holds_call) return deferred;
    duckdb::LogicalFilter::SplitPredicates(filter.expressions);
    duckdb::vector<ExpressionPtr> stay;
    for (ExpressionPtr& predicate : filter.expressions) {
      if (CanMove(*predicate)) {
        deferred.predicates.push_back(std::move(predicate));
      } else {
        stay.push_back(std::move(predicate));
      }
    }
    filter.expressions = std::move(stay);
    if (filter.expressions.empty()) {
      OperatorPtr child = std::move(filter.children[0]);
      place = std::move(child);
    }
    if (!useful) PlacePredicates(place, &deferred);
    return deferred;
  }

  Deferred PullJoin(OperatorPtr& place, bool useful) {
    auto& join = place->Cast<duckdb::LogicalJoin>();
    if (join.HasProjectionMap()) {
      Stop(join);
      return {};
    }
    switch (join.join_type) {
      case JoinType::INNER: return PullInnerJoin(place, useful);
      case JoinType::LEFT:
      case JoinType::SINGLE:
      case JoinType::SEMI:
      case JoinType::ANTI:
      case JoinType::MARK: return PullLeftJoin(place, useful);
      default: Stop(join); return {};
    }
  }

  Deferred PullInnerJoin(OperatorPtr& place, bool useful) {
    if (place->type == LogicalOperatorType::LOGICAL_DELIM_JOIN) return PullLeftJoin(place, useful);
    Deferred deferred = Pull(place->children[0], !SideCanFail(*place, 0));
    deferred.Append(Pull(place->children[1], !SideCanFail(*place, 1)));
    deferred.Substitute(*place);
    if (place->type == LogicalOperatorType::LOGICAL_COMPARISON_JOIN) {
      TakeConditions(place->Cast<duckdb::LogicalComparisonJoin>(), &deferred);
    }
    if (!useful) PlacePredicates(place, &deferred);
    return deferred;
  }

  // Conditions with calls are applied to the rows that the others leave, if there are others.
  static void TakeConditions(duckdb::LogicalComparisonJoin& join, Deferred* deferred) {
    const auto can_move = [](const duckdb::JoinCondition& condition) {
      return (HoldsCall(*condition.left) || HoldsCall(*condition.right)) &&
             !IsVolatileItself(*condition.left) && !IsVolatileItself(*condition.right);
    };
    const auto is_plain_equality = [&](const duckdb::JoinCondition& condition) {
      return !can_move(condition) && condition.comparison == duckdb::ExpressionType::COMPARE_EQUAL;
    };
    if (std::ranges::none_of(join.conditions, is_plain_equality)) return;
    duckdb::vector<duckdb::JoinCondition> stay;
    for (duckdb::JoinCondition& condition : join.conditions) {
      if (can_move(condition)) {
        deferred->predicates.push_back(
            duckdb::JoinCondition::CreateExpression(std::move(condition)));
      } else {
        stay.push_back(std::move(condition));
      }
    }
    join.conditions = std::move(stay);
  }

  // Joins of which the left side's rows come out at most as they went in, with NULLs for the
  // right side where they have no partner.
  Deferred PullLeftJoin(OperatorPtr& place, bool useful) {
    auto& join = place->Cast<duckdb::LogicalJoin>();
    const bool drops = join.join_type == JoinType::SEMI || join.join_type == JoinType::ANTI;
    const bool passes = !SideCanFail(join, 0) && !RightSideMinds(join);
    Deferred left = Pull(join.children[0], passes && (useful || drops));
    if (place->type == LogicalOperatorType::LOGICAL_DELIM_JOIN && CorrelatesOn(join, left)) {
      PlacePredicates(join.children[0], &left);
      Settle(plan_, join.children[0], std::move(left));
      left = {};
    }
    left.Substitute(join);
    PullRightSide(place, &left);
    if (!useful) PlacePredicates(place, &left);
    return left;
  }

  // A lateral side is computed for the rows of the left side.
  static bool RightSideMinds(LogicalOperator& join) {
    return join.type == LogicalOperatorType::LOGICAL_DELIM_JOIN && SubtreeMinds(*join.children[1]);
  }
  static bool SubtreeMinds(LogicalOperator& operation) {
    bool minds = CanFail(operation) || OperatorHoldsCall(operation);
    for (const auto& child : operation.children) minds = minds || SubtreeMinds(*child);
    return minds;
  }

  static bool CorrelatesOn(LogicalOperator& join, const Deferred& deferred) {
    bool found = false;
    for (const auto& column :
         join.Cast<duckdb::LogicalComparisonJoin>().duplicate_eliminated_columns) {
      ExpressionIterator::VisitExpression<BoundColumnRefExpression>(
          *column, [&](const BoundColumnRefExpression& reference) {
            for (const DeferredColumn& one : deferred.columns) {
              found = found || one.column == reference.binding;
            }
          });
    }
    return found;
  }

  void PullRightSide(OperatorPtr& place, Deferred* out) {
    if (place->type == LogicalOperatorType::LOGICAL_DELIM_JOIN) {
      KeepOuterValues(plan_, place->children[1]);
    }
    Deferred right = Pull(place->children[1], true);
    right.Substitute(*place);
    const JoinType type = place->Cast<duckdb::LogicalJoin>().join_type;
    const bool fills_nulls = type == JoinType::LEFT || type == JoinType::SINGLE;
    const bool shows_columns = fills_nulls || type == JoinType::INNER;
    const bool all_pass =
        shows_columns && (!fills_nulls || std::ranges::all_of(right.columns, [](const auto& one) {
          return IsStrict(*one.expression);
        }));
    const bool fewer_rows_help = !right.predicates.empty() || (!right.columns.empty() && !all_pass);
    const bool lifted = LiftCondition(plan_, place, &right);
    if (!lifted && fewer_rows_help) {
      ReduceRightSide(plan_, place->Cast<duckdb::LogicalJoin>());
    }
    OperatorPtr& child = place->children[1];
    PlacePredicates(child, &right);
    if (all_pass) {
      out->Append(std::move(right));
    } else if (shows_columns) {
      Settle(plan_, child, std::move(right));
    }
    if (!lifted || !shows_columns) return;
    for (const auto& condition : place->Cast<duckdb::LogicalComparisonJoin>().conditions) {
      out->extras.push_back(condition.right->Cast<BoundColumnRefExpression>().binding);
    }
  }

  Deferred PullCte(LogicalOperator& operation, bool useful) {
    auto& cte = operation.Cast<duckdb::LogicalMaterializedCTE>();
    const bool is_correlated = !cte.correlated_columns.empty();
    Deferred deferred = Pull(cte.children[0], !is_correlated);
    if (is_correlated || (deferred.columns.empty() && deferred.predicates.empty())) {
      Settle(plan_, cte.children[0], std::move(deferred));
    } else {
      ctes_.Define(plan_, cte, std::move(deferred));
    }
    return Pull(cte.children[1], useful);
  }

  Deferred ReadCte(OperatorPtr& place, bool useful) {
    Deferred deferred = ctes_.Read(place->Cast<duckdb::LogicalCTERef>());
    if (!useful) PlacePredicates(place, &deferred);
    return deferred;
  }

  WholePlan plan_;
  DeferredCtes ctes_;
};

}  // namespace

void PullCalls(duckdb::Binder& binder, OperatorPtr& plan) {
  const WholePlan whole{binder, plan};
  Settle(whole, plan, Puller(whole).Pull(plan, false));
}

}  // namespace fathom
