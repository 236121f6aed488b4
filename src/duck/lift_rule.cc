#include "duck/lift_rule.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "duck/aggregate_rule.h"
#include "duck/ai_call.h"
#include "duck/call_finder.h"
#include "duck/deferred.h"
#include "duck/late_rule.h"
#include "duck/narrow_rule.h"
#include "duck/pull_rule.h"
#include "duck/push_rule.h"
#include "duck/query_state.h"
#include "duck/semantic_filter.h"
#include "duck/semantic_filter_rule.h"
#include "duck/semantic_map.h"
#include "duckdb/optimizer/cte_inlining.hpp"

namespace fathom {
namespace {

using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::ExpressionIterator;
using duckdb::LogicalFilter;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;
using duckdb::LogicalOperatorVisitor;
using duckdb::OptimizerExtensionInput;

// Does DuckDB's join order optimizer look through single-child operators from here to a join? It
// would take that join apart and lose a SemanticMap above it.
bool ReachesJoin(const LogicalOperator& operation) {
  const LogicalOperator* current = &operation;
  while (current->children.size() == 1) {
    switch (current->type) {
      case LogicalOperatorType::LOGICAL_PROJECTION:
      case LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY:
      case LogicalOperatorType::LOGICAL_WINDOW:
      case LogicalOperatorType::LOGICAL_UNNEST:
      case LogicalOperatorType::LOGICAL_SAMPLE:
      case LogicalOperatorType::LOGICAL_GET: return false;
      default: current = current->children[0].get();
    }
  }
  return current->children.size() > 1;
}

class Lifter {
 public:
  // `root` is the whole plan, of which Visit is given parts.
  Lifter(duckdb::Binder& binder, OperatorPtr& root) : binder_(binder), root_(root) {}

  void Visit(LogicalOperator& operation) {
    for (auto& child : operation.children) Visit(*child);
    switch (operation.type) {
      case LogicalOperatorType::LOGICAL_FILTER: LiftFilter(operation.Cast<LogicalFilter>()); break;
      case LogicalOperatorType::LOGICAL_COMPARISON_JOIN:
      case LogicalOperatorType::LOGICAL_ASOF_JOIN:
      case LogicalOperatorType::LOGICAL_DELIM_JOIN:
        LiftJoin(operation.Cast<duckdb::LogicalComparisonJoin>());
        break;
      case LogicalOperatorType::LOGICAL_PROJECTION:
      case LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY:
      case LogicalOperatorType::LOGICAL_ORDER_BY:
      case LogicalOperatorType::LOGICAL_WINDOW:
      case LogicalOperatorType::LOGICAL_UNNEST:
      case LogicalOperatorType::LOGICAL_DISTINCT:
      case LogicalOperatorType::LOGICAL_EXPRESSION_GET: LiftAll(operation); break;
      default: break;  // MarkInPlace finds the calls of other operators
    }
    ForgetFilled(operation);
  }

 private:
  struct Lifted {
    ExpressionPtr call;
    ColumnBinding column;
  };

  // Above an outer join the column of a call may be a NULL that the join filled in, where the call
  // itself, of arguments that are NULL, would be something else: coalesce(s, 'x').
  void ForgetFilled(LogicalOperator& operation) {
    using duckdb::JoinType;
    bool left = operation.type == LogicalOperatorType::LOGICAL_POSITIONAL_JOIN;
    bool right = left;
    if (const auto* join = dynamic_cast<duckdb::LogicalJoin*>(&operation)) {
      const JoinType type = join->join_type;
      left = left || type == JoinType::RIGHT || type == JoinType::OUTER;
      right =
          right || type == JoinType::LEFT || type == JoinType::OUTER || type == JoinType::SINGLE;
    }
    for (const size_t side : {0, 1}) {
      if (!(side == 0 ? left : right)) continue;
      const auto bindings = operation.children[side]->GetColumnBindings();
      std::erase_if(lifted_, [&](const Lifted& lifted) {
        return std::ranges::count(bindings, lifted.column) > 0 && !IsStrict(*lifted.call);
      });
    }
  }

  // From the top: the filter with the last ai_* conjunct ... the first one, the ordinary ones.
  void LiftFilter(LogicalFilter& filter) {
    duckdb::vector<ExpressionPtr> semantic = TakeSemantic(filter);
    if (semantic.empty()) return;
    std::vector<LogicalFilter*> steps;  // from the bottom
    for (auto& predicate : semantic) {
      if (!filter.expressions.empty()) {
        LogicalFilter* below = MoveBelow(filter);
        if (HoldsCall(*below->expressions[0])) steps.push_back(below);
      }
      filter.expressions.push_back(std::move(predicate));
    }
    steps.push_back(&filter);
    for (LogicalFilter* step : steps) LiftAll(*step);
  }

  // Moves the filter's predicates into a new filter below it.
  static LogicalFilter* MoveBelow(LogicalFilter& filter) {
    auto below = duckdb::make_uniq<LogicalFilter>();
    LogicalFilter* result = below.get();
    below->expressions = std::move(filter.expressions);
    below->children = std::move(filter.children);
    filter.expressions.clear();
    filter.children.clear();
    filter.children.push_back(std::move(below));
    return result;
  }

  void LiftJoin(duckdb::LogicalComparisonJoin& join) {
    std::vector<ExpressionPtr*> left;
    std::vector<ExpressionPtr*> right;
    for (auto& condition : join.conditions) {
      left.push_back(&condition.left);
      right.push_back(&condition.right);
    }
    Lift(join.children[0], left);
    Lift(join.children[1], right);
  }

  void LiftAll(LogicalOperator& operation) {
    if (operation.children.size() != 1) return;
    std::vector<ExpressionPtr*> expressions;
    LogicalOperatorVisitor::EnumerateExpressions(
        operation, [&](ExpressionPtr* expression) { expressions.push_back(expression); });
    Lift(operation.children[0], expressions);
  }

  // Replaces every call in `expressions`, which read `child`'s columns, by a column. A call that
  // another one depends on is lifted first, into a map further down.
  void Lift(OperatorPtr& child, const std::vector<ExpressionPtr*>& expressions) {
    while (true) {
      const auto holds_call = [](ExpressionPtr* expression) {
        return *expression && HoldsCall(**expression);
      };
      if (std::ranges::none_of(expressions, holds_call)) return;
      if (ReachesJoin(*child)) AddBarrier(child);
      std::vector<FoundCall> calls;
      for (ExpressionPtr* expression : expressions) {
        if (*expression) FindCalls(*expression, &calls);
      }
      FATHOM_ASSERT(!calls.empty());
      LiftOnce(child, calls);
    }
  }

  void LiftOnce(OperatorPtr& child, std::vector<FoundCall>& calls) {
    // Unconditional calls first: their columns serve the conditional ones too.
    std::ranges::stable_partition(calls,
                                  [](const FoundCall& call) { return call.conditions.empty(); });
    const duckdb::idx_t table = binder_.GenerateTableIndex();
    duckdb::vector<ExpressionPtr> to_evaluate;
    for (FoundCall& found : calls) {
      ExpressionPtr& place = *found.place;
      const Lifted* lifted = FindVisible(*place, *child, table);
      if (lifted == nullptr) {
        ExpressionPtr guarded = GuardCall(*place, found.conditions);
        lifted = FindVisible(*guarded, *child, table);
        if (lifted == nullptr) {
          const ColumnBinding column(table, to_evaluate.size());
          lifted = &lifted_.emplace_back(Lifted{guarded->Copy(), column});
          to_evaluate.push_back(std::move(guarded));
        }
      }
      place = duckdb::make_uniq<duckdb::BoundColumnRefExpression>(
          AsAiCall(*place)->function, place->return_type, lifted->column);
    }
    if (to_evaluate.empty()) return;
    auto map = duckdb::make_uniq<SemanticMap>(table, std::move(to_evaluate));
    map->children.push_back(std::move(child));
    child = std::move(map);
  }

  // The column that already holds `call`: of the map being made (`table`), or of `child`.
  const Lifted* FindVisible(const Expression& call, LogicalOperator& child, duckdb::idx_t table) {
    const auto bindings = child.GetColumnBindings();
    for (const Lifted& lifted : lifted_) {
      const bool visible = lifted.column.table_index == table ||
                           std::ranges::find(bindings, lifted.column) != bindings.end();
      if (visible && lifted.call->Equals(call)) return &lifted;
    }
    return nullptr;
  }

  // A projection of all columns, which the join order optimizer does not look through. Everything
  // above reads its columns instead of the child's.
  void AddBarrier(OperatorPtr& child) {
    child->ResolveOperatorTypes();
    const auto bindings = child->GetColumnBindings();
    const duckdb::idx_t table = binder_.GenerateTableIndex();
    duckdb::ColumnBindingReplacer replacer;
    duckdb::vector<ExpressionPtr> columns;
    for (size_t i = 0; i < bindings.size(); ++i) {
      columns.push_back(
          duckdb::make_uniq<duckdb::BoundColumnRefExpression>(child->types[i], bindings[i]));
      replacer.replacement_bindings.emplace_back(bindings[i], ColumnBinding(table, i));
    }
    auto barrier = duckdb::make_uniq<duckdb::LogicalProjection>(table, std::move(columns));
    barrier->children.push_back(std::move(child));
    child = std::move(barrier);
    replacer.stop_operator = child.get();
    replacer.VisitOperator(*root_);
    for (Lifted& lifted : lifted_) {
      replacer.VisitExpression(&lifted.call);
      for (const auto& renamed : replacer.replacement_bindings) {
        if (lifted.column == renamed.old_binding) lifted.column = renamed.new_binding;
      }
    }
  }

  duckdb::Binder& binder_;
  OperatorPtr& root_;
  std::vector<Lifted> lifted_;
};

// EXPLAIN shows calls that stay in expressions as what they are.
void MarkInPlace(LogicalOperator& operation) {
  for (const auto& child : operation.children) MarkInPlace(*child);
  if (AsSemanticMap(operation) != nullptr) return;
  if (dynamic_cast<SemanticFilter*>(&operation) != nullptr) return;
  LogicalOperatorVisitor::EnumerateExpressions(operation, [](ExpressionPtr* expression) {
    if (!*expression) return;
    ExpressionIterator::VisitExpressionMutable<duckdb::BoundFunctionExpression>(
        *expression, [](duckdb::BoundFunctionExpression& function, ExpressionPtr&) {
          if (AsAiCall(function)) function.function.name += " [evaluated in place]";
        });
  });
}

bool HasSideEffect(const Expression& expression) {
  if (expression.GetExpressionClass() == duckdb::ExpressionClass::BOUND_FUNCTION) {
    const auto& name = expression.Cast<duckdb::BoundFunctionExpression>().function.name;
    if (name == "nextval" || name == "setseed") return true;
  }
  bool found = false;
  ExpressionIterator::EnumerateChildren(
      expression, [&](const Expression& child) { found = found || HasSideEffect(child); });
  return found;
}

bool HasSideEffect(LogicalOperator& operation) {
  bool found = false;
  LogicalOperatorVisitor::EnumerateExpressions(operation, [&](ExpressionPtr* expression) {
    found = found || (*expression && HasSideEffect(**expression));
  });
  return found || std::ranges::any_of(operation.children, [](const OperatorPtr& child) {
           return HasSideEffect(*child);
         });
}

void BeforeDuckDb(OptimizerExtensionInput& input, OperatorPtr& plan) {
  ReplaceAiAggregates(input.context, input.optimizer.binder, plan);
  if (!SubtreeHoldsCall(*plan)) return;
  if (HasSideEffect(*plan)) QueryState::Of(input.context).NoteSideEffect();
  // A CTE that is read once becomes part of the query, so that its reader's predicates reach it.
  plan = duckdb::CTEInlining(input.optimizer).Optimize(std::move(plan));
  PushOrdinaryPredicates(input.optimizer, plan);
  PullCalls(input.optimizer.binder, plan);
  NarrowCalls(input.optimizer.binder, plan);
  Lifter(input.optimizer.binder, plan).Visit(*plan);
  PlaceLate(input.optimizer, plan);
  FuseFilters(plan);
  MarkInPlace(*plan);
}

void AfterDuckDb(OptimizerExtensionInput&, OperatorPtr& plan) { FinishMaps(plan); }

}  // namespace

void RegisterLiftRule(duckdb::DatabaseInstance& database) {
  duckdb::OptimizerExtension rule;
  rule.pre_optimize_function = BeforeDuckDb;
  rule.optimize_function = AfterDuckDb;
  duckdb::OptimizerExtension::Register(duckdb::DBConfig::GetConfig(database), std::move(rule));
}

}  // namespace fathom
