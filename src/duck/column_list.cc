#include "duck/column_list.h"

#include "duckdb/parser/parsed_data/create_table_info.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/parser/statement/create_statement.hpp"

namespace fathom {
namespace {

using duckdb::CreateTableInfo;
using duckdb::SimplifiedTokenType;

[[noreturn]] void Fail(std::string_view function, const std::string& message) {
  throw duckdb::BinderException(std::string(function) + ": " + message);
}

// A column list without its comments, each of which belongs to the column of its number.
struct CommentsApart {
  std::string list;
  std::vector<std::pair<size_t, std::string>> comments;
};

class CommentCutter {
 public:
  explicit CommentCutter(const std::string& list)
      : list_(list), tokens_(duckdb::Parser::Tokenize(list)) {}

  CommentsApart Cut() {
    size_t column = 0;
    int depth = 0;
    size_t kept_until = 0;
    CommentsApart apart;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const std::string token = Token(i);
      depth += token == "(" || token == "[" ? 1 : token == ")" || token == "]" ? -1 : 0;
      if (depth == 0 && token == ",") ++column;
      if (depth != 0 || !IsComment(i)) continue;
      apart.list += list_.substr(kept_until, tokens_[i].start - kept_until);
      apart.comments.emplace_back(column, TextOf(Token(i + 1)));
      kept_until = i + 2 < tokens_.size() ? tokens_[i + 2].start : list_.size();
    }
    apart.list += list_.substr(kept_until);
    return apart;
  }

 private:
  std::string Token(size_t i) const {
    const size_t begin = tokens_[i].start;
    const size_t end = i + 1 < tokens_.size() ? tokens_[i + 1].start : list_.size();
    std::string token = list_.substr(begin, end - begin);
    duckdb::StringUtil::RTrim(token);
    return token;
  }

  // A word COMMENT with a text behind it; a column may be named so too.
  bool IsComment(size_t i) const {
    return i > 0 && i + 1 < tokens_.size() && duckdb::StringUtil::CIEquals(Token(i), "comment") &&
           tokens_[i + 1].type == SimplifiedTokenType::SIMPLIFIED_TOKEN_STRING_CONSTANT;
  }

  // 'it''s' as the text that it writes.
  static std::string TextOf(const std::string& constant) {
    return duckdb::StringUtil::Replace(constant.substr(1, constant.size() - 2), "''", "'");
  }

  const std::string& list_;
  const duckdb::vector<duckdb::SimplifiedToken> tokens_;
};

// CREATE TABLE x(`columns`). Throws what the parser throws; null: it is something else.
duckdb::unique_ptr<CreateTableInfo> Parse(const std::string& columns) {
  duckdb::Parser parser;
  parser.ParseQuery("CREATE TABLE x(" + columns + "\n)");
  if (parser.statements.size() != 1) return nullptr;
  if (parser.statements[0]->type != duckdb::StatementType::CREATE_STATEMENT) return nullptr;
  auto& create = parser.statements[0]->Cast<duckdb::CreateStatement>();
  auto& info = create.info->Cast<CreateTableInfo>();
  if (info.query || !info.options.empty() || !info.partition_keys.empty()) return nullptr;
  return duckdb::unique_ptr_cast<duckdb::CreateInfo, CreateTableInfo>(std::move(create.info));
}

duckdb::LogicalType BindType(duckdb::ClientContext& context, duckdb::LogicalType type) {
  duckdb::Binder::CreateBinder(context)->BindLogicalType(type);
  return type;
}

// Its first line: what follows points into a statement that nobody has written.
std::string MessageOf(const std::exception& error) {
  const std::string message = duckdb::ErrorData(error).RawMessage();
  return message.substr(0, message.find('\n'));
}

}  // namespace

std::vector<DeclaredColumn> ReadColumnList(duckdb::ClientContext& context,
                                           std::string_view function, const std::string& list,
                                           const std::string& wanted) {
  duckdb::unique_ptr<CreateTableInfo> table;
  CommentsApart apart;
  const std::string wrong = wanted + "; '" + list + "' is none of these";
  try {
    apart = CommentCutter(list).Cut();
    table = Parse(apart.list);
  } catch (const std::exception& error) {
    Fail(function, wrong + ", as a column list: " + MessageOf(error));
  }
  if (!table) Fail(function, wrong);
  if (!table->constraints.empty()) {
    Fail(function, "the fields have a constraint (" + table->constraints[0]->ToString() +
                       "); only names, types and COMMENT say what to look for");
  }
  std::vector<DeclaredColumn> columns;
  for (const auto& column : table->columns.Logical()) {
    if (column.Generated() || column.HasDefaultValue()) {
      Fail(function, "field '" + column.Name() + "' has a default or an expression; only names, " +
                         "types and COMMENT say what to look for: a field that is absent is NULL");
    }
    try {
      columns.push_back({column.Name(), BindType(context, column.Type()), ""});
    } catch (const std::exception& error) {
      Fail(function, "field '" + column.Name() + "': " + MessageOf(error));
    }
  }
  for (auto& [column, comment] : apart.comments) {
    if (column >= columns.size()) Fail(function, "COMMENT '" + comment + "' is behind no field");
    columns[column].comment = std::move(comment);
  }
  return columns;
}

std::optional<duckdb::LogicalType> ReadTypeName(duckdb::ClientContext& context,
                                                const std::string& text) {
  try {
    const auto table = Parse("v " + text);
    if (!table || table->columns.LogicalColumnCount() != 1 || !table->constraints.empty()) {
      return std::nullopt;
    }
    const auto& column = table->columns.GetColumn(duckdb::LogicalIndex(0));
    if (column.Generated() || column.HasDefaultValue()) return std::nullopt;
    return BindType(context, column.Type());
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace fathom
