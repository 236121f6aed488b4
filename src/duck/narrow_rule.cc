#include "duck/narrow_rule.h"

#include <optional>
#include <utility>

#include "duck/having_rule.h"
#include "duck/key_sinker.h"
#include "duck/left_values.h"

namespace fathom {
namespace {

using duckdb::JoinCondition;
using duckdb::JoinType;
using duckdb::LogicalComparisonJoin;
using duckdb::LogicalOperatorType;

using Conditions = std::vector<const JoinCondition*>;

std::vector<ExpressionPtr> KeysOf(const Conditions& conditions, size_t side) {
  std::vector<ExpressionPtr> keys;
  for (const JoinCondition* condition : conditions) {
    keys.push_back((side == 0 ? condition->left : condition->right)->Copy());
  }
  return keys;
}

class Narrower {
 public:
  explicit Narrower(WholePlan plan) : plan_(plan) {}

  void Visit(OperatorPtr& place) {
    for (OperatorPtr& child : place->children) Visit(child);
    if (place->type == LogicalOperatorType::LOGICAL_FILTER) DropGroupsEarly(plan_, *place);
    if (place->type != LogicalOperatorType::LOGICAL_COMPARISON_JOIN) return;
    auto& join = place->Cast<LogicalComparisonJoin>();
    if (join.HasProjectionMap()) return;
    switch (join.join_type) {
      case JoinType::INNER:
        if (!NarrowSide(join, 1)) NarrowSide(join, 0);
        break;
      case JoinType::LEFT: NarrowSide(join, 1); break;
      case JoinType::SEMI:
      case JoinType::ANTI:
        NarrowSide(join, 1);
        SinkJoin(place);
        break;
      default: break;
    }
  }

 private:
  // By all keys of the join, else by the first that serves alone.
  bool NarrowSide(LogicalComparisonJoin& join, size_t side) {
    if (ReadsOuterValues(*join.children[side])) return false;
    Conditions keys;
    for (const JoinCondition& condition : join.conditions) {
      if (IsKey(condition)) keys.push_back(&condition);
    }
    if (keys.empty()) return false;
    if (NarrowBy(join, side, keys)) return true;
    for (const JoinCondition* key : keys) {
      if (keys.size() > 1 && NarrowBy(join, side, {key})) return true;
    }
    return false;
  }

  bool NarrowBy(LogicalComparisonJoin& join, size_t side, const Conditions& keys) {
    std::vector<KeyPlace> places = SinkKeys(join.children[side], KeysOf(keys, side));
    if (places.empty()) return false;
    duckdb::vector<ExpressionPtr> columns;
    for (KeyPlace& place : places) {
      LeftValues values(plan_, *join.children[1 - side]);
      auto semi = duckdb::make_uniq<LogicalComparisonJoin>(JoinType::SEMI);
      std::vector<ExpressionPtr> outer = KeysOf(keys, 1 - side);
      for (size_t i = 0; i < keys.size(); ++i) {
        JoinCondition& condition = semi->conditions.emplace_back();
        condition.left = std::move(place.keys[i]);
        condition.right = std::move(outer[i]);
        values.Redirect(condition.right);
        condition.comparison = keys[i]->comparison;
      }
      if (values.empty()) return false;  // a key without a column: no place was changed yet
      semi->children.push_back(std::move(*place.place));
      semi->children.push_back(values.MakeScan());
      *place.place = std::move(semi);
      columns = values.LeftColumns();
    }
    if (side == 0) Swap(join);
    join.type = LogicalOperatorType::LOGICAL_DELIM_JOIN;
    join.duplicate_eliminated_columns = std::move(columns);
    return true;
  }

  static void Swap(LogicalComparisonJoin& join) {
    std::swap(join.children[0], join.children[1]);
    for (JoinCondition& condition : join.conditions) {
      std::swap(condition.left, condition.right);
      condition.comparison = duckdb::FlipComparisonExpression(condition.comparison);
    }
  }

  // A semi or anti join on keys of its left side's groups drops whole groups.
  static void SinkJoin(OperatorPtr& place) {
    auto& join = place->Cast<LogicalComparisonJoin>();
    if (join.type != LogicalOperatorType::LOGICAL_COMPARISON_JOIN) return;
    Conditions keys;
    for (const JoinCondition& condition : join.conditions) {
      if (!IsKey(condition)) return;
      keys.push_back(&condition);
    }
    std::optional<KeyPlace> below = SinkKeysWhole(join.children[0], KeysOf(keys, 0));
    if (!below) return;
    for (size_t i = 0; i < keys.size(); ++i) join.conditions[i].left = std::move(below->keys[i]);
    OperatorPtr self = std::move(place);
    place = std::move(self->children[0]);
    self->children[0] = std::move(*below->place);
    *below->place = std::move(self);
  }

  WholePlan plan_;
};

}  // namespace

void NarrowCalls(duckdb::Binder& binder, OperatorPtr& plan) {
  Narrower({binder, plan}).Visit(plan);
}

}  // namespace fathom
