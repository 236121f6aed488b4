#include "duck/late_rule.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace fathom {
namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::ExpressionIterator;
using duckdb::LogicalFilter;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;
using duckdb::LogicalOperatorVisitor;
using ExpressionPtr = duckdb::unique_ptr<Expression>;
using OperatorPtr = duckdb::unique_ptr<LogicalOperator>;

void CollectMaps(LogicalOperator& operation, std::vector<SemanticMap*>* maps) {
  if (SemanticMap* map = AsSemanticMap(operation)) maps->push_back(map);
  for (const auto& child : operation.children) CollectMaps(*child, maps);
}

bool Reads(const Expression& expression, duckdb::idx_t table) {
  bool reads = false;
  ExpressionIterator::VisitExpression<BoundColumnRefExpression>(
      expression, [&](const BoundColumnRefExpression& column) {
        reads = reads || column.binding.table_index == table;
      });
  return reads;
}

// Below `operation` and above its child comes `below`.
void InsertBelow(LogicalOperator& operation, OperatorPtr below) {
  below->children.clear();
  below->children.push_back(std::move(operation.children[0]));
  operation.children[0] = std::move(below);
}

// Takes an operator with one child out of the plan.
OperatorPtr TakeOut(OperatorPtr& place) {
  OperatorPtr taken = std::move(place);
  place = std::move(taken->children[0]);
  taken->children.clear();
  return taken;
}

// A filter above a map: predicates that do not read the map go below it. Returns whether any did.
bool SinkPredicates(OperatorPtr& place) {
  bool moved = false;
  for (auto& child : place->children) moved = SinkPredicates(child) || moved;
  if (place->type != LogicalOperatorType::LOGICAL_FILTER || place->HasProjectionMap()) return moved;
  auto& filter = place->Cast<LogicalFilter>();
  SemanticMap* map = AsSemanticMap(*filter.children[0]);
  if (map == nullptr) return moved;
  duckdb::vector<ExpressionPtr> above;
  auto below = duckdb::make_uniq<LogicalFilter>();
  for (auto& predicate : filter.expressions) {
    auto& side = Reads(*predicate, map->table_index()) ? above : below->expressions;
    side.push_back(std::move(predicate));
  }
  filter.expressions = std::move(above);
  if (below->expressions.empty()) return moved;
  InsertBelow(*map, std::move(below));
  if (filter.expressions.empty()) TakeOut(place);
  return true;
}

// The chain below an ORDER BY through which its sorting may sink: projections and filters down to
// the lowest map, whose answers the sort keys do not read.
class OrderSinker {
 public:
  explicit OrderSinker(duckdb::LogicalOrder& order) {
    for (const auto& node : order.orders) orders_.push_back(node.Copy());
  }

  // Where the sorting may go, or null when no map would come to lie above it.
  OperatorPtr* FindPlace(OperatorPtr& child) {
    OperatorPtr* below_map = nullptr;
    duckdb::vector<duckdb::BoundOrderByNode> keys_there;
    for (OperatorPtr* current = &child; Pass(**current);) {
      const bool is_map = AsSemanticMap(**current) != nullptr;
      current = &(*current)->children[0];
      if (!is_map) continue;
      below_map = current;
      keys_there.clear();
      for (const auto& node : orders_) keys_there.push_back(node.Copy());
    }
    orders_ = std::move(keys_there);
    return below_map;
  }

  duckdb::vector<duckdb::BoundOrderByNode> TakeOrders() { return std::move(orders_); }

 private:
  // Can the keys be computed below `operation`? If so they are rewritten to its input.
  bool Pass(LogicalOperator& operation) {
    if (SemanticMap* map = AsSemanticMap(operation)) {
      return std::ranges::none_of(orders_, [&](const duckdb::BoundOrderByNode& node) {
        return Reads(*node.expression, map->table_index());
      });
    }
    if (operation.type == LogicalOperatorType::LOGICAL_FILTER) {
      // Below the filter a key is also computed for rows that the filter would have kept away.
      const bool can_throw = std::ranges::any_of(
          orders_, [](const auto& node) { return node.expression->CanThrow(); });
      return !operation.HasProjectionMap() && !can_throw;
    }
    if (operation.type != LogicalOperatorType::LOGICAL_PROJECTION) return false;
    for (auto& node : orders_) {
      if (!Substitute(operation.Cast<duckdb::LogicalProjection>(), node.expression)) return false;
    }
    return true;
  }

  // References to the projection's columns become what they stand for.
  static bool Substitute(duckdb::LogicalProjection& projection, ExpressionPtr& key) {
    bool possible = true;
    ExpressionIterator::VisitExpressionMutable<BoundColumnRefExpression>(
        key, [&](BoundColumnRefExpression& column, ExpressionPtr& expression) {
          if (column.binding.table_index != projection.table_index) return;
          const Expression& source = *projection.expressions[column.binding.column_index];
          if (source.IsVolatile()) {
            possible = false;
          } else {
            expression = source.Copy();
          }
        });
    return possible;
  }

  duckdb::vector<duckdb::BoundOrderByNode> orders_;
};

// LIMIT over ORDER BY: the sorting sinks below maps where it can.
void SinkOrder(OperatorPtr& place) {
  for (auto& child : place->children) SinkOrder(child);
  if (place->type != LogicalOperatorType::LOGICAL_LIMIT) return;
  // Above the ORDER BY there may be a projection that drops columns only the sort key needs.
  OperatorPtr* sorted = &place->children[0];
  if ((*sorted)->type == LogicalOperatorType::LOGICAL_PROJECTION) sorted = &(*sorted)->children[0];
  if ((*sorted)->type != LogicalOperatorType::LOGICAL_ORDER_BY || (*sorted)->HasProjectionMap()) {
    return;
  }
  OrderSinker sinker((*sorted)->Cast<duckdb::LogicalOrder>());
  OperatorPtr* target = sinker.FindPlace((*sorted)->children[0]);
  if (target == nullptr) return;
  auto order = duckdb::make_uniq<duckdb::LogicalOrder>(sinker.TakeOrders());
  order->children.push_back(std::move(*target));
  *target = std::move(order);
  TakeOut(*sorted);
}

// A limit that is computed reads a column that comes up to it.
bool IsConstantLimit(LogicalOperator& operation) {
  if (operation.type != LogicalOperatorType::LOGICAL_LIMIT) return false;
  auto& limit = operation.Cast<duckdb::LogicalLimit>();
  const auto is_constant = [](const duckdb::BoundLimitNode& node) {
    return node.Type() == duckdb::LimitNodeType::UNSET ||
           node.Type() == duckdb::LimitNodeType::CONSTANT_VALUE;
  };
  return is_constant(limit.limit_val) && is_constant(limit.offset_val);
}

// LIMIT over a map: the map then sees only the rows that are wanted. Projections are passed too.
void SinkLimit(OperatorPtr& place) {
  if (IsConstantLimit(*place)) {
    OperatorPtr* target = nullptr;
    for (OperatorPtr* current = &place->children[0];;) {
      const bool is_map = AsSemanticMap(**current) != nullptr;
      if (!is_map && (*current)->type != LogicalOperatorType::LOGICAL_PROJECTION) break;
      current = &(*current)->children[0];
      if (is_map) target = current;
    }
    if (target != nullptr) {
      OperatorPtr* here = target;
      OperatorPtr rest = std::move(*here);
      OperatorPtr limit = std::move(place);
      OperatorPtr top = std::move(limit->children[0]);
      limit->children[0] = std::move(rest);
      *here = std::move(limit);
      place = std::move(top);
    }
  }
  for (auto& child : place->children) SinkLimit(child);
}

using Columns = std::set<std::pair<size_t, size_t>>;  // table, column

// Of the operator itself.
void CollectOwnReferences(LogicalOperator& operation, Columns* columns) {
  LogicalOperatorVisitor::EnumerateExpressions(operation, [&](ExpressionPtr* expression) {
    if (!*expression) return;
    ExpressionIterator::VisitExpression<BoundColumnRefExpression>(
        **expression, [&](const BoundColumnRefExpression& column) {
          columns->emplace(column.binding.table_index, column.binding.column_index);
        });
  });
}

void CollectReferences(LogicalOperator& operation, Columns* columns) {
  CollectOwnReferences(operation, columns);
  for (const auto& child : operation.children) CollectReferences(*child, columns);
}

void DropUnusedCalls(LogicalOperator& plan, const std::vector<SemanticMap*>& maps) {
  Columns used;
  CollectReferences(plan, &used);
  for (SemanticMap* map : maps) {
    for (size_t call = 0; call < map->expressions.size(); ++call) {
      if (!used.contains({map->table_index(), call})) map->SetUnused(call);
    }
  }
}

// Tells maps which columns nothing above them reads. `read`: what the operators above read, up to
// one that reads nothing but what its expressions name; nullopt = all columns.
void MarkUnread(LogicalOperator& operation, std::optional<Columns> read) {
  SemanticMap* map = AsSemanticMap(operation);
  if (map != nullptr && read) {
    std::vector<bool> unread;
    for (const auto& column : operation.children[0]->GetColumnBindings()) {
      unread.push_back(!read->contains({column.table_index, column.column_index}));
    }
    map->SetUnread(std::move(unread));
  }
  switch (operation.type) {
    case LogicalOperatorType::LOGICAL_PROJECTION:
    case LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY: read = Columns(); break;
    case LogicalOperatorType::LOGICAL_FILTER: break;
    default:
      if (map == nullptr) read.reset();
  }
  if (read) CollectOwnReferences(operation, &*read);
  for (const auto& child : operation.children) MarkUnread(*child, read);
}

// Marks the maps between a LIMIT and the nearest operator that reads its whole input anyway.
void MarkStreaming(LogicalOperator& operation, bool under_limit) {
  switch (operation.type) {
    case LogicalOperatorType::LOGICAL_LIMIT: under_limit = true; break;
    case LogicalOperatorType::LOGICAL_PROJECTION:
    case LogicalOperatorType::LOGICAL_FILTER: break;
    case LogicalOperatorType::LOGICAL_EXTENSION_OPERATOR:
      if (SemanticMap* map = AsSemanticMap(operation); map != nullptr && under_limit) {
        map->SetStreaming();
      }
      break;
    default: under_limit = false;
  }
  for (const auto& child : operation.children) MarkStreaming(*child, under_limit);
}

}  // namespace

void PlaceLate(duckdb::Optimizer& optimizer, OperatorPtr& plan) {
  std::vector<SemanticMap*> maps;
  CollectMaps(*plan, &maps);
  // DuckDB's pushdown brings predicates down to a map; below it, it has to start again. The rounds
  // are counted because it also derives new predicates from join conditions, every time anew.
  for (size_t round = 0; round < maps.size(); ++round) {
    duckdb::FilterPushdown pushdown(optimizer);
    duckdb::unordered_set<duckdb::idx_t> top_bindings;
    pushdown.CheckMarkToSemi(*plan, top_bindings);
    plan = pushdown.Rewrite(std::move(plan));
    if (!SinkPredicates(plan)) break;
  }
  SinkOrder(plan);
  SinkLimit(plan);
}

void FinishMaps(OperatorPtr& plan) {
  std::vector<SemanticMap*> maps;
  CollectMaps(*plan, &maps);
  if (maps.empty()) return;
  SinkLimit(plan);  // once more: DuckDB has moved it meanwhile
  DropUnusedCalls(*plan, maps);
  MarkUnread(*plan, std::nullopt);
  MarkStreaming(*plan, /*under_limit=*/false);
}

}  // namespace fathom
