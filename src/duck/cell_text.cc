#include "duck/cell_text.h"

#include <cmath>
#include <cstdio>

namespace fathom {
namespace {

using duckdb::LogicalTypeId;
using duckdb::Value;

bool IsFinite(const Value& value) {
  const LogicalTypeId type = value.type().id();
  if (type != LogicalTypeId::FLOAT && type != LogicalTypeId::DOUBLE) return true;
  return std::isfinite(value.GetValue<double>());
}

std::string JsonArray(const duckdb::vector<Value>& values) {
  std::string text = "[";
  for (const Value& value : values) {
    if (text.size() > 1) text += ',';
    text += ToJson(value);
  }
  return text + ']';
}

std::string JsonStruct(const Value& value) {
  const auto& fields = duckdb::StructValue::GetChildren(value);
  std::string text = "{";
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text += ',';
    text += JsonString(duckdb::StructType::GetChildName(value.type(), i)) + ':' + ToJson(fields[i]);
  }
  return text + '}';
}

std::string JsonMap(const Value& value) {
  std::string text = "{";
  for (const Value& entry : duckdb::MapValue::GetChildren(value)) {
    if (text.size() > 1) text += ',';
    const auto& pair = duckdb::StructValue::GetChildren(entry);
    text += JsonString(pair[0].ToString()) + ':' + ToJson(pair[1]);
  }
  return text + '}';
}

}  // namespace

std::string JsonString(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': quoted += "\\\""; break;
      case '\\': quoted += "\\\\"; break;
      case '\n': quoted += "\\n"; break;
      case '\r': quoted += "\\r"; break;
      case '\t': quoted += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char escape[8];
          std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
          quoted += escape;
        } else {
          quoted += c;
        }
    }
  }
  return quoted + '"';
}

// DuckDB writes a DECIMAL(1,1) as ".1".
std::string JsonNumber(std::string text) {
  const size_t sign = text.starts_with('-') ? 1 : 0;
  if (text.substr(sign).starts_with('.')) text.insert(sign, "0");
  return text;
}

std::string ToJson(const Value& value) {
  if (value.IsNull()) return "null";
  switch (value.type().id()) {
    case LogicalTypeId::BOOLEAN: return value.GetValue<bool>() ? "true" : "false";
    case LogicalTypeId::STRUCT: return JsonStruct(value);
    case LogicalTypeId::MAP: return JsonMap(value);
    case LogicalTypeId::LIST: return JsonArray(duckdb::ListValue::GetChildren(value));
    case LogicalTypeId::ARRAY: return JsonArray(duckdb::ArrayValue::GetChildren(value));
    case LogicalTypeId::UNION: return ToJson(duckdb::UnionValue::GetValue(value));
    default: break;
  }
  if (value.type().IsJSONType()) return value.ToString();
  if (value.type().IsNumeric() && IsFinite(value)) return JsonNumber(value.ToString());
  return JsonString(value.ToString());
}

}  // namespace fathom
