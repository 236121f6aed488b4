#include "duck/query_inside.h"

#include <utility>

#include "duckdb/main/client_data.hpp"
#include "duckdb/main/prepared_statement_data.hpp"
#include "duckdb/parser/expression/constant_expression.hpp"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/query_node/select_node.hpp"
#include "duckdb/parser/statement/copy_statement.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/parser/statement/delete_statement.hpp"
#include "duckdb/parser/statement/execute_statement.hpp"
#include "duckdb/parser/statement/insert_statement.hpp"
#include "duckdb/parser/statement/update_statement.hpp"
#include "duckdb/parser/tableref/joinref.hpp"

namespace fathom {
namespace {

using duckdb::SelectStatement;
using duckdb::SQLStatement;
using duckdb::StatementType;
using duckdb::TableRef;
using StatementPtr = duckdb::unique_ptr<SQLStatement>;
using ParsedPtr = duckdb::unique_ptr<duckdb::ParsedExpression>;

StatementPtr CopyOf(const duckdb::unique_ptr<SelectStatement>& select) {
  return select ? select->Copy() : nullptr;
}

StatementPtr InsideInsert(const duckdb::InsertStatement& insert) {
  if (!insert.select_statement) return nullptr;
  auto select = insert.select_statement->Copy();
  auto& ctes = select->Cast<SelectStatement>().node->cte_map.map;
  for (const auto& cte : insert.cte_map.map) ctes.insert(cte.first, cte.second->Copy());
  return select;
}

StatementPtr InsideExecute(duckdb::ClientContext& context, const SQLStatement& statement) {
  const auto& prepared = duckdb::ClientData::Get(context).prepared_statements;
  const auto found = prepared.find(statement.Cast<duckdb::ExecuteStatement>().name);
  if (found == prepared.end()) return nullptr;
  return found->second->statement_type == StatementType::SELECT_STATEMENT ? statement.Copy()
                                                                          : nullptr;
}

StatementPtr InsideCreate(const duckdb::CreateInfo& info) {
  if (info.type != duckdb::CatalogType::TABLE_ENTRY) return nullptr;
  return CopyOf(info.Cast<duckdb::CreateTableInfo>().query);
}

StatementPtr InsideCopy(const duckdb::CopyInfo& info) {
  if (!info.select_statement) return nullptr;
  auto select = duckdb::make_uniq<SelectStatement>();
  select->node = info.select_statement->Copy();
  return select;
}

duckdb::unique_ptr<TableRef> Product(duckdb::unique_ptr<TableRef> left,
                                     duckdb::unique_ptr<TableRef> right) {
  auto product = duckdb::make_uniq<duckdb::JoinRef>(duckdb::JoinRefType::CROSS);
  product->left = std::move(left);
  product->right = std::move(right);
  return product;
}

StatementPtr Select(duckdb::unique_ptr<TableRef> from, duckdb::vector<ParsedPtr> columns,
                    const ParsedPtr& condition, const duckdb::CommonTableExpressionMap& ctes) {
  auto node = duckdb::make_uniq<duckdb::SelectNode>();
  // A row is read, whatever becomes of it.
  columns.push_back(duckdb::make_uniq<duckdb::ConstantExpression>(duckdb::Value::INTEGER(1)));
  node->select_list = std::move(columns);
  node->from_table = std::move(from);
  if (condition) node->where_clause = condition->Copy();
  node->cte_map = ctes.Copy();
  auto select = duckdb::make_uniq<SelectStatement>();
  select->node = std::move(node);
  return select;
}

StatementPtr InsideUpdate(const duckdb::UpdateStatement& update) {
  duckdb::vector<ParsedPtr> values;
  for (const ParsedPtr& value : update.set_info->expressions) {
    if (value->GetExpressionType() != duckdb::ExpressionType::VALUE_DEFAULT) {
      values.push_back(value->Copy());
    }
  }
  auto from = update.table->Copy();
  if (update.from_table) from = Product(std::move(from), update.from_table->Copy());
  return Select(std::move(from), std::move(values), update.set_info->condition, update.cte_map);
}

StatementPtr InsideDelete(const duckdb::DeleteStatement& remove) {
  auto from = remove.table->Copy();
  for (const auto& table : remove.using_clauses) from = Product(std::move(from), table->Copy());
  return Select(std::move(from), {}, remove.condition, remove.cte_map);
}

}  // namespace

StatementPtr QueryInside(duckdb::ClientContext& context, const SQLStatement& statement) {
  switch (statement.type) {
    case StatementType::SELECT_STATEMENT: return statement.Copy();
    case StatementType::EXECUTE_STATEMENT: return InsideExecute(context, statement);
    case StatementType::INSERT_STATEMENT:
      return InsideInsert(statement.Cast<duckdb::InsertStatement>());
    case StatementType::UPDATE_STATEMENT:
      return InsideUpdate(statement.Cast<duckdb::UpdateStatement>());
    case StatementType::DELETE_STATEMENT:
      return InsideDelete(statement.Cast<duckdb::DeleteStatement>());
    case StatementType::CREATE_STATEMENT:
      return InsideCreate(*statement.Cast<duckdb::CreateStatement>().info);
    case StatementType::COPY_STATEMENT:
      return InsideCopy(*statement.Cast<duckdb::CopyStatement>().info);
    default: return nullptr;
  }
}

}  // namespace fathom
