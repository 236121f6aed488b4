#include "duck/answer_declaration.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "duck/answer_types.h"
#include "duck/call_options.h"
#include "duck/column_list.h"
#include "semantic/text.h"

namespace fathom {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::Value;
using Json = nlohmann::ordered_json;

[[noreturn]] void Fail(std::string_view function, const std::string& message) {
  throw duckdb::BinderException(std::string(function) + ": " + message);
}

template <typename T>
T OrFail(std::string_view function, Result<T> result) {
  if (!result.ok()) Fail(function, result.error().message);
  return std::move(*result);
}

bool IsJson(const std::string& text) { return Trim(text).starts_with('{'); }

std::vector<DeclaredColumn> ReadNames(std::string_view function, const Value& list) {
  std::vector<DeclaredColumn> columns;
  for (std::string& name : ReadTextList(function, "the list of fields", list)) {
    columns.push_back({std::move(name), LogicalType::VARCHAR, ""});
  }
  return columns;
}

void CheckNames(std::string_view function, const std::vector<DeclaredColumn>& columns) {
  if (columns.empty()) Fail(function, "no fields: name at least one, like ['vendor']");
  duckdb::case_insensitive_set_t names;
  for (const DeclaredColumn& column : columns) {
    if (IsBlank(column.name)) Fail(function, "a field's name is blank");
    if (!names.insert(column.name).second) {
      Fail(function, "field '" + column.name + "' is declared twice; give it another name");
    }
  }
}

// Its fields are what is declared; only those of structs inside know NULL.
Json SchemaOfColumns(std::string_view function, const std::vector<DeclaredColumn>& columns,
                     NestedNulls nulls) {
  CheckNames(function, columns);
  Json properties = Json::object();
  for (const DeclaredColumn& column : columns) {
    Json& schema = properties[column.name];
    schema = SchemaOf(column.type, nulls, function, "field '" + column.name + "'");
    if (!column.comment.empty()) schema["description"] = column.comment;
  }
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

LogicalType StructOf(const std::vector<DeclaredColumn>& columns) {
  duckdb::child_list_t<LogicalType> parts;
  for (const DeclaredColumn& column : columns) parts.emplace_back(column.name, column.type);
  return LogicalType::STRUCT(std::move(parts));
}

bool IsList(const Value& value) {
  const LogicalTypeId id = value.type().id();
  return !value.IsNull() && (id == LogicalTypeId::LIST || id == LogicalTypeId::ARRAY);
}

AnswerDeclaration OfSchema(std::string_view function, std::string schema) {
  AnswerFormat format = OrFail(function, FormatOfSchema(std::move(schema)));
  LogicalType type = SqlTypeOf(format.type);
  return {std::move(format), std::move(type)};
}

AnswerDeclaration OfRegex(std::string_view function, const Value& value) {
  constexpr char kForm[] = "option 'response_format' as a STRUCT must be like {'regex': '[a-z]+'}";
  const auto& fields = duckdb::StructValue::GetChildren(value);
  if (fields.size() != 1 || duckdb::StructType::GetChildName(value.type(), 0) != "regex") {
    Fail(function, kForm);
  }
  const std::string regex = ReadText(function, "the regex", fields[0]);
  return {OrFail(function, FormatOfRegex(regex)), LogicalType::VARCHAR};
}

}  // namespace

AnswerDeclaration ReadFields(duckdb::ClientContext& context, std::string_view function,
                             const Value& value) {
  std::string text;
  std::vector<DeclaredColumn> columns;
  if (IsList(value)) {
    columns = ReadNames(function, value);
  } else {
    text = ReadText(function, "the fields, a column list or a JSON schema,", value);
    if (IsJson(text)) {
      return OfSchema(function, OrFail(function, WithNullableFields(text)));
    }
    columns = ReadColumnList(context, function, text,
                             "the fields must be like 'vendor VARCHAR, total DECIMAL(12,2) COMMENT "
                             "''amount paid''', ['vendor', 'total'], or a JSON schema");
  }
  const Json schema = SchemaOfColumns(function, columns, NestedNulls::kAllowed);
  return {OrFail(function, FormatOfSchema(OrFail(function, WithNullableFields(schema.dump())))),
          StructOf(columns)};
}

AnswerDeclaration ReadResponseFormat(duckdb::ClientContext& context, std::string_view function,
                                     const Value& value) {
  if (!value.IsNull() && value.type().id() == LogicalTypeId::STRUCT) {
    return OfRegex(function, value);
  }
  std::vector<DeclaredColumn> columns;
  if (IsList(value)) {
    columns = ReadNames(function, value);
  } else {
    const std::string text = ReadText(function, "option 'response_format'", value);
    if (IsJson(text)) return OfSchema(function, text);
    if (const auto type = ReadTypeName(context, text)) {
      const Json schema = SchemaOf(*type, NestedNulls::kNone, function, "the answer");
      return {OrFail(function, FormatOfSchema(schema.dump())), *type};
    }
    columns = ReadColumnList(context, function, text,
                             "option 'response_format' must be a type like 'INTEGER', fields like "
                             "'title VARCHAR, stars INTEGER', a JSON schema, or {'regex': '...'}");
  }
  const Json schema = SchemaOfColumns(function, columns, NestedNulls::kNone);
  return {OrFail(function, FormatOfSchema(schema.dump())), StructOf(columns)};
}

}  // namespace fathom
