#include "duck/first_per_key.h"

#include <algorithm>
#include <utility>

#include "duck/row_cursor.h"
#include "duckdb/function/create_sort_key.hpp"

namespace fathom {
FirstPerKey::FirstPerKey(duckdb::ClientContext& context, const std::vector<ExpressionPtr>& keys)
    : executor_(context) {
  duckdb::vector<duckdb::LogicalType> types;
  for (const ExpressionPtr& key : keys) {
    executor_.AddExpression(*key);
    types.push_back(key->return_type);
  }
  key_columns_.Initialize(duckdb::Allocator::Get(context), types);
}

void FirstPerKey::Begin(duckdb::DataChunk& rows) {
  key_columns_.Reset();
  executor_.Execute(rows, key_columns_);
  key_columns_.SetCardinality(rows.size());
  const duckdb::vector<duckdb::OrderModifiers> modifiers(
      key_columns_.ColumnCount(),
      duckdb::OrderModifiers(duckdb::OrderType::ASCENDING, duckdb::OrderByNullType::NULLS_FIRST));
  duckdb::Vector sort_keys(duckdb::LogicalType::BLOB);
  duckdb::CreateSortKeyHelpers::CreateSortKey(key_columns_, modifiers, sort_keys);
  sort_keys.Flatten(rows.size());
  const auto* texts = duckdb::FlatVector::GetData<duckdb::string_t>(sort_keys);
  of_row_.clear();
  waiting_.clear();
  for (size_t row = 0; row < rows.size(); ++row) {
    of_row_.push_back(&keys_[texts[row].GetString()]);
    waiting_.push_back(static_cast<duckdb::sel_t>(row));
  }
}

FirstPerKey::Rows FirstPerKey::NextRound() {
  std::erase_if(waiting_, [&](duckdb::sel_t row) { return of_row_[row]->has_row; });
  std::unordered_map<const State*, size_t> chosen;
  Rows round;
  Rows rest;
  for (const duckdb::sel_t row : waiting_) {
    const State* key = of_row_[row];
    const bool choose = chosen[key] < std::max<size_t>(key->tried, 1);
    if (choose) ++chosen[key];
    (choose ? round : rest).push_back(row);
  }
  const size_t missing = round.size() < kFirstBatch ? kFirstBatch - round.size() : 0;
  const auto fill = static_cast<std::ptrdiff_t>(std::min(missing, rest.size()));
  round.insert(round.end(), rest.begin(), rest.begin() + fill);
  rest.erase(rest.begin(), rest.begin() + fill);
  waiting_ = std::move(rest);
  std::ranges::sort(round);
  for (const duckdb::sel_t row : round) ++of_row_[row]->tried;
  return round;
}

void FirstPerKey::Passed(const Rows& rows) {
  for (const duckdb::sel_t row : rows) of_row_[row]->has_row = true;
}

}  // namespace fathom
