#include "duck/answer_types.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fathom {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::NumericLimits;
using Json = nlohmann::ordered_json;

template <typename T>
Json IntegersOf() {
  return {{"type", "integer"},
          {"minimum", NumericLimits<T>::Minimum()},
          {"maximum", NumericLimits<T>::Maximum()}};
}

Json Format(const char* format) { return {{"type", "string"}, {"format", format}}; }

// Bounds are powers of ten, which a JSON number has exactly; ParseJsonSchema takes numbers of up to
// 36 digits, 12 of them behind the point.
Json DecimalsOf(const LogicalType& type) {
  constexpr int kMostDigits = 35, kMostFraction = 12;
  const int scale = std::min<int>(duckdb::DecimalType::GetScale(type), kMostFraction);
  const int whole =
      std::min<int>(duckdb::DecimalType::GetWidth(type) - duckdb::DecimalType::GetScale(type),
                    kMostDigits - scale);
  const Json bound = Json::parse("1e" + std::to_string(whole));
  Json schema = {{"type", "number"},
                 {"exclusiveMinimum", -bound.get<double>()},
                 {"exclusiveMaximum", bound.get<double>()}};
  schema["multipleOf"] = Json::parse("1e-" + std::to_string(scale));
  return schema;
}

Json ChoicesOf(const LogicalType& type) {
  Json values = Json::array();
  for (duckdb::idx_t i = 0; i < duckdb::EnumType::GetSize(type); ++i) {
    values.push_back(duckdb::EnumType::GetString(type, i).GetString());
  }
  return {{"enum", std::move(values)}};
}

[[noreturn]] void Refuse(const LogicalType& type, std::string_view function,
                         const std::string& what) {
  throw duckdb::BinderException(
      std::string(function) + ": " + what + " has type " + type.ToString() +
      "; answers can be VARCHAR, BOOLEAN, whole numbers, DECIMAL, FLOAT, DOUBLE, DATE, TIME, "
      "TIMESTAMP, UUID, ENUM, and LIST and STRUCT of these");
}

Json StructOf(const LogicalType& type, NestedNulls nulls, std::string_view function,
              const std::string& what) {
  Json properties = Json::object();
  for (const auto& [name, part] : duckdb::StructType::GetChildTypes(type)) {
    Json schema = SchemaOf(part, nulls, function, what + ", '" + name + "'");
    properties[name] =
        nulls == NestedNulls::kNone
            ? std::move(schema)
            : Json({{"anyOf", Json::array({std::move(schema), {{"type", "null"}}})}});
  }
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

}  // namespace

Json SchemaOf(const LogicalType& type, NestedNulls nulls, std::string_view function,
              const std::string& what) {
  switch (type.id()) {
    case LogicalTypeId::VARCHAR:
      if (type.IsJSONType()) Refuse(type, function, what);
      return {{"type", "string"}};
    case LogicalTypeId::BOOLEAN: return {{"type", "boolean"}};
    case LogicalTypeId::TINYINT: return IntegersOf<int8_t>();
    case LogicalTypeId::SMALLINT: return IntegersOf<int16_t>();
    case LogicalTypeId::INTEGER: return IntegersOf<int32_t>();
    case LogicalTypeId::BIGINT: return IntegersOf<int64_t>();
    case LogicalTypeId::UTINYINT: return IntegersOf<uint8_t>();
    case LogicalTypeId::USMALLINT: return IntegersOf<uint16_t>();
    case LogicalTypeId::UINTEGER: return IntegersOf<uint32_t>();
    case LogicalTypeId::UBIGINT: return IntegersOf<uint64_t>();
    case LogicalTypeId::HUGEINT: return {{"type", "integer"}};
    case LogicalTypeId::UHUGEINT: return {{"type", "integer"}, {"minimum", 0}};
    case LogicalTypeId::FLOAT:
    case LogicalTypeId::DOUBLE: return {{"type", "number"}};
    case LogicalTypeId::DECIMAL: return DecimalsOf(type);
    case LogicalTypeId::DATE: return Format("date");
    case LogicalTypeId::TIME: return Format("time-local");
    case LogicalTypeId::TIMESTAMP: return Format("timestamp");
    case LogicalTypeId::UUID: return Format("uuid");
    case LogicalTypeId::ENUM: return ChoicesOf(type);
    case LogicalTypeId::LIST:
      return {{"type", "array"},
              {"items", SchemaOf(duckdb::ListType::GetChildType(type), nulls, function, what)}};
    case LogicalTypeId::STRUCT: return StructOf(type, nulls, function, what);
    default: Refuse(type, function, what);
  }
}

LogicalType SqlTypeOf(const AnswerType& type) {
  switch (type.kind) {
    case AnswerType::Kind::kText:
    case AnswerType::Kind::kChoice: return LogicalType::VARCHAR;
    case AnswerType::Kind::kBoolean: return LogicalType::BOOLEAN;
    case AnswerType::Kind::kInteger: return LogicalType::BIGINT;
    case AnswerType::Kind::kNumber: return LogicalType::DOUBLE;
    case AnswerType::Kind::kDate: return LogicalType::DATE;
    case AnswerType::Kind::kTime: return LogicalType::TIME;
    case AnswerType::Kind::kTimeZoned: return LogicalType::TIME_TZ;
    case AnswerType::Kind::kTimestamp: return LogicalType::TIMESTAMP;
    case AnswerType::Kind::kTimestampZoned: return LogicalType::TIMESTAMP_TZ;
    case AnswerType::Kind::kUuid: return LogicalType::UUID;
    case AnswerType::Kind::kList: return LogicalType::LIST(SqlTypeOf(type.parts[0]));
    case AnswerType::Kind::kStruct: break;
  }
  duckdb::child_list_t<LogicalType> parts;
  for (const AnswerType& part : type.parts) parts.emplace_back(part.name, SqlTypeOf(part));
  return LogicalType::STRUCT(std::move(parts));
}

}  // namespace fathom
