#include "duck/json_value.h"

#include <algorithm>

namespace fathom {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::Value;

Error NoSuchValue(const JsonNode& node, const LogicalType& type) {
  return {ErrorCode::kBadOutput,
          "the answer has " + WriteJsonTree(node) + ", which is no " + type.ToString()};
}

Result<Value> ToList(const JsonNode& node, const LogicalType& type) {
  const LogicalType& item = duckdb::ListType::GetChildType(type);
  duckdb::vector<Value> values;
  for (const JsonNode& child : node.children) {
    FATHOM_ASSIGN_OR_RETURN(Value value, ToSqlValue(child, item));
    values.push_back(std::move(value));
  }
  return Value::LIST(item, std::move(values));
}

Result<Value> ToStruct(const JsonNode& node, const LogicalType& type) {
  duckdb::vector<Value> values;
  for (const auto& [name, part] : duckdb::StructType::GetChildTypes(type)) {
    const auto member = std::ranges::find(node.children, name, &JsonNode::key);
    if (member == node.children.end()) {
      values.emplace_back(part);
      continue;
    }
    FATHOM_ASSIGN_OR_RETURN(Value value, ToSqlValue(*member, part));
    values.push_back(std::move(value));
  }
  return Value::STRUCT(type, std::move(values));
}

}  // namespace

Result<Value> ToSqlValue(const JsonNode& node, const LogicalType& type) {
  if (node.is_null()) return Value(type);
  if (type.id() == LogicalTypeId::LIST && node.kind == JsonNode::Kind::kArray) {
    return ToList(node, type);
  }
  if (type.id() == LogicalTypeId::STRUCT && node.kind == JsonNode::Kind::kObject) {
    return ToStruct(node, type);
  }
  if (node.kind == JsonNode::Kind::kArray || node.kind == JsonNode::Kind::kObject) {
    return NoSuchValue(node, type);
  }
  Value value;
  std::string error;
  if (!Value(node.text).DefaultTryCastAs(type, value, &error, /*strict=*/true)) {
    return NoSuchValue(node, type);
  }
  return value;
}

}  // namespace fathom
