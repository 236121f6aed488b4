#include "duck/deferred_ctes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/assert.h"

namespace fathom {
namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;

void Rename(duckdb::ColumnBindingReplacer& renamed, Deferred* deferred) {
  for (ExpressionPtr& predicate : deferred->predicates) renamed.VisitExpression(&predicate);
  for (DeferredColumn& column : deferred->columns) {
    renamed.VisitExpression(&column.expression);
    const auto found =
        std::ranges::find(renamed.replacement_bindings, column.column,
                          [](const duckdb::ReplacementBinding& one) { return one.old_binding; });
    FATHOM_ASSERT(found != renamed.replacement_bindings.end());
    column.column = found->new_binding;
  }
}

// A reader's columns are numbered as the definition's.
ExpressionPtr AsReadBy(const duckdb::LogicalCTERef& reader, const Expression& expression) {
  ExpressionPtr copy = expression.Copy();
  duckdb::ExpressionIterator::VisitExpressionMutable<BoundColumnRefExpression>(
      copy, [&](BoundColumnRefExpression& reference, ExpressionPtr&) {
        reference.binding.table_index = reader.table_index;
      });
  return copy;
}

}  // namespace

void DeferredCtes::Define(WholePlan plan, duckdb::LogicalMaterializedCTE& cte, Deferred deferred) {
  OperatorPtr& child = cte.children[0];
  child->ResolveOperatorTypes();
  const auto bindings = child->GetColumnBindings();
  const duckdb::idx_t table = plan.binder.GenerateTableIndex();
  duckdb::vector<ExpressionPtr> columns;
  duckdb::ColumnBindingReplacer renamed;
  Definition definition;
  for (const bool extra : {false, true}) {
    for (size_t i = 0; i < bindings.size(); ++i) {
      if ((std::ranges::count(deferred.extras, bindings[i]) > 0) != extra) continue;
      renamed.replacement_bindings.emplace_back(bindings[i], ColumnBinding(table, columns.size()));
      columns.push_back(duckdb::make_uniq<BoundColumnRefExpression>(child->types[i], bindings[i]));
      definition.types.push_back(child->types[i]);
    }
    if (!extra) definition.columns = columns.size();
  }
  auto projection = duckdb::make_uniq<duckdb::LogicalProjection>(table, std::move(columns));
  projection->children.push_back(std::move(child));
  child = std::move(projection);
  cte.column_count = definition.types.size();
  Rename(renamed, &deferred);
  definition.deferred = std::move(deferred);
  definitions_[cte.table_index] = std::move(definition);
}

Deferred DeferredCtes::Read(duckdb::LogicalCTERef& reader) const {
  const auto found = definitions_.find(reader.cte_index);
  if (found == definitions_.end()) return {};
  const Definition& definition = found->second;
  Deferred deferred;
  for (size_t i = definition.columns; i < definition.types.size(); ++i) {
    deferred.extras.emplace_back(reader.table_index, i);
    reader.chunk_types.push_back(definition.types[i]);
    reader.bound_columns.push_back("argument" + std::to_string(i));
  }
  for (const ExpressionPtr& predicate : definition.deferred.predicates) {
    deferred.predicates.push_back(AsReadBy(reader, *predicate));
  }
  for (const DeferredColumn& column : definition.deferred.columns) {
    deferred.columns.push_back(
        {{reader.table_index, column.column.column_index}, AsReadBy(reader, *column.expression)});
  }
  return deferred;
}

}  // namespace fathom
