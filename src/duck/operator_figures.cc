#include "duck/operator_figures.h"

#include <string>
#include <utility>

#include "base/numbers.h"
#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/statement/copy_statement.hpp"
#include "duckdb/parser/statement/create_statement.hpp"
#include "duckdb/parser/statement/insert_statement.hpp"

namespace fathom {
namespace {

using duckdb::SelectStatement;
using duckdb::SQLStatement;
using duckdb::StatementType;
using StatementPtr = duckdb::unique_ptr<SQLStatement>;

StatementPtr CopyOf(const duckdb::unique_ptr<SelectStatement>& select) {
  return select ? select->Copy() : nullptr;
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

}  // namespace

void AddFigures(const OperatorFigures& figures,
                duckdb::InsertionOrderPreservingMap<std::string>* lines) {
  (*lines)["Rows"] = WithSeparators(figures.rows);
  (*lines)["Distinct"] = WithSeparators(figures.distinct);
  (*lines)["From ledger"] = WithSeparators(figures.from_ledger);
  (*lines)["Asked"] = WithSeparators(figures.asked);
  if (figures.sampled > 0) {
    (*lines)["Asked by EXPLAIN"] = WithSeparators(figures.sampled) + " (in the ledger now)";
  }
  (*lines)["Tokens"] = WithSeparators(figures.tokens);
  (*lines)["Model time"] = Seconds(figures.seconds);
  if (figures.cost > 0) (*lines)["Cost"] = Dollars(figures.cost);
}

std::string FiguresText(const OperatorFigures& figures) {
  return Count(figures.rows, "row") + ", " + WithSeparators(figures.distinct) + " distinct, " +
         WithSeparators(figures.from_ledger) + " from the ledger, " +
         WithSeparators(figures.asked) + " asked, " + Count(figures.tokens, "token") + ", " +
         Seconds(figures.seconds) +
         (figures.cost > 0 ? ", " + Dollars(figures.cost) : std::string());
}

StatementPtr QueryInside(const SQLStatement& statement) {
  switch (statement.type) {
    case StatementType::SELECT_STATEMENT: return statement.Copy();
    case StatementType::INSERT_STATEMENT:
      return CopyOf(statement.Cast<duckdb::InsertStatement>().select_statement);
    case StatementType::CREATE_STATEMENT:
      return InsideCreate(*statement.Cast<duckdb::CreateStatement>().info);
    case StatementType::COPY_STATEMENT:
      return InsideCopy(*statement.Cast<duckdb::CopyStatement>().info);
    default: return nullptr;
  }
}

}  // namespace fathom
