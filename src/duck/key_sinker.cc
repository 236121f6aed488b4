#include "duck/key_sinker.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "duck/call_finder.h"
#include "duck/left_values.h"

namespace fathom {
namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::ExpressionIterator;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;
using Keys = std::vector<ExpressionPtr>;

// What a column is further down; null = nothing that keys can be.
using Source = std::function<ExpressionPtr(const BoundColumnRefExpression&)>;

Keys CopyOf(const Keys& keys) {
  Keys copy;
  for (const ExpressionPtr& key : keys) copy.push_back(key->Copy());
  return copy;
}

// `keys` in terms of a child; empty = impossible.
Keys Below(const Keys& keys, const Source& source) {
  Keys below = CopyOf(keys);
  bool known = true;
  for (ExpressionPtr& key : below) {
    ExpressionIterator::VisitExpressionMutable<BoundColumnRefExpression>(
        key, [&](BoundColumnRefExpression& reference, ExpressionPtr& place) {
          ExpressionPtr what = source(reference);
          known = known && what;
          if (what) place = std::move(what);
        });
  }
  return known ? std::move(below) : Keys();
}

ExpressionPtr PlainCopy(const Expression& expression) {
  return CanBeKey(expression) ? expression.Copy() : nullptr;
}

Keys BelowProjection(const duckdb::LogicalProjection& projection, const Keys& keys) {
  return Below(keys, [&](const BoundColumnRefExpression& reference) {
    return PlainCopy(*projection.expressions[reference.binding.column_index]);
  });
}

Keys BelowAggregate(const duckdb::LogicalAggregate& aggregate, const Keys& keys) {
  return Below(keys, [&](const BoundColumnRefExpression& reference) -> ExpressionPtr {
    const duckdb::idx_t column = reference.binding.column_index;
    if (reference.binding.table_index != aggregate.group_index) return nullptr;
    const auto& sets = aggregate.grouping_sets;
    if (sets.size() > 1 || (sets.size() == 1 && sets[0].count(column) == 0)) return nullptr;
    return PlainCopy(*aggregate.groups[column]);
  });
}

Keys BelowSetOperation(const Keys& keys, LogicalOperator& child) {
  const auto bindings = child.GetColumnBindings();
  return Below(keys, [&](const BoundColumnRefExpression& reference) -> ExpressionPtr {
    return duckdb::make_uniq<BoundColumnRefExpression>(reference.return_type,
                                                       bindings[reference.binding.column_index]);
  });
}

// An operator that hands on its child's columns as they are.
Keys BelowSame(const Keys& keys, LogicalOperator& child) {
  const auto bindings = child.GetColumnBindings();
  return Below(keys, [&](const BoundColumnRefExpression& reference) -> ExpressionPtr {
    if (std::ranges::count(bindings, reference.binding) == 0) return nullptr;
    return reference.Copy();
  });
}

bool AllAmong(const Keys& keys, const duckdb::vector<ExpressionPtr>& expressions) {
  return std::ranges::all_of(keys, [&](const ExpressionPtr& key) {
    return std::ranges::any_of(
        expressions, [&](const ExpressionPtr& expression) { return expression->Equals(*key); });
  });
}

Keys BelowDistinct(const duckdb::LogicalDistinct& distinct, const Keys& keys) {
  const bool passes = distinct.distinct_type == duckdb::DistinctType::DISTINCT ||
                      AllAmong(keys, distinct.distinct_targets);
  return passes ? CopyOf(keys) : Keys();
}

Keys BelowWindow(LogicalOperator& window, const Keys& keys) {
  const bool passes = std::ranges::all_of(window.expressions, [&](const ExpressionPtr& expression) {
    return AllAmong(keys, expression->Cast<duckdb::BoundWindowExpression>().partitions);
  });
  return passes ? BelowSame(keys, *window.children[0]) : Keys();
}

bool IsBarrier(LogicalOperatorType type) {
  switch (type) {
    case LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY:
    case LogicalOperatorType::LOGICAL_DISTINCT:
    case LogicalOperatorType::LOGICAL_WINDOW:
    case LogicalOperatorType::LOGICAL_UNION:
    case LogicalOperatorType::LOGICAL_EXCEPT:
    case LogicalOperatorType::LOGICAL_INTERSECT: return true;
    default: return false;
  }
}

class Sinker {
 public:
  explicit Sinker(bool branches) : branches_(branches) {}

  // `barrier`, `call`: of those on the way.
  void Sink(OperatorPtr& place, Keys keys, bool barrier, bool call) {
    std::vector<KeyPlace> next = Children(*place, keys);
    if (next.empty()) {
      if (barrier && call) places.push_back({&place, std::move(keys)});
      return;
    }
    barrier = barrier || IsBarrier(place->type);
    call = call || OperatorHoldsCall(*place);
    for (KeyPlace& child : next) Sink(*child.place, std::move(child.keys), barrier, call);
  }

  std::vector<KeyPlace> places;

 private:
  std::vector<KeyPlace> Children(LogicalOperator& operation, const Keys& keys) const {
    std::vector<KeyPlace> next;
    const auto add = [&](size_t child, Keys below) {
      if (!below.empty()) next.push_back({&operation.children[child], std::move(below)});
    };
    switch (operation.type) {
      case LogicalOperatorType::LOGICAL_PROJECTION:
        add(0, BelowProjection(operation.Cast<duckdb::LogicalProjection>(), keys));
        break;
      case LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY:
        add(0, BelowAggregate(operation.Cast<duckdb::LogicalAggregate>(), keys));
        break;
      case LogicalOperatorType::LOGICAL_DISTINCT:
        add(0, BelowDistinct(operation.Cast<duckdb::LogicalDistinct>(), keys));
        break;
      case LogicalOperatorType::LOGICAL_WINDOW: add(0, BelowWindow(operation, keys)); break;
      case LogicalOperatorType::LOGICAL_FILTER:
      case LogicalOperatorType::LOGICAL_ORDER_BY:
        add(0, BelowSame(keys, *operation.children[0]));
        break;
      case LogicalOperatorType::LOGICAL_UNION:
      case LogicalOperatorType::LOGICAL_EXCEPT:
      case LogicalOperatorType::LOGICAL_INTERSECT:
        for (size_t i = 0; branches_ && i < operation.children.size(); ++i) {
          add(i, BelowSetOperation(keys, *operation.children[i]));
        }
        break;
      case LogicalOperatorType::LOGICAL_COMPARISON_JOIN:
      case LogicalOperatorType::LOGICAL_ANY_JOIN:
      case LogicalOperatorType::LOGICAL_DELIM_JOIN:
      case LogicalOperatorType::LOGICAL_CROSS_PRODUCT:
        for (size_t i = 0; i < Sides(operation) && next.empty(); ++i) {
          add(i, BelowSame(keys, *operation.children[i]));
        }
        break;
      default: break;
    }
    return next;
  }

  // How many of a join's sides lose no row, and gain none, when rows of them are dropped: the first
  // or both.
  static size_t Sides(LogicalOperator& operation) {
    if (operation.type == LogicalOperatorType::LOGICAL_CROSS_PRODUCT) return 2;
    const duckdb::JoinType type = operation.Cast<duckdb::LogicalJoin>().join_type;
    if (type == duckdb::JoinType::OUTER || type == duckdb::JoinType::RIGHT) return 0;
    const bool both = type == duckdb::JoinType::INNER &&
                      operation.type != LogicalOperatorType::LOGICAL_DELIM_JOIN;
    return both ? 2 : 1;
  }

  const bool branches_;  // pass set operations?
};

}  // namespace

std::vector<KeyPlace> SinkKeys(OperatorPtr& top, std::vector<ExpressionPtr> keys) {
  Sinker sinker(/*branches=*/true);
  sinker.Sink(top, std::move(keys), false, false);
  return std::move(sinker.places);
}

std::optional<KeyPlace> SinkKeysWhole(OperatorPtr& top, std::vector<ExpressionPtr> keys) {
  Sinker sinker(/*branches=*/false);
  sinker.Sink(top, std::move(keys), false, false);
  if (sinker.places.empty()) return std::nullopt;
  return std::move(sinker.places[0]);
}

}  // namespace fathom
