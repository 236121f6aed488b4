#include "semantic/typed/answer_type.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/assert.h"
#include "semantic/pii/ascii.h"
#include "semantic/text.h"

namespace fathom {
namespace {

using Json = nlohmann::ordered_json;
using Kind = AnswerType::Kind;
// Absent: only null.
using Found = Result<std::optional<AnswerType>>;

Kind KindOfFormat(const std::string& format) {
  if (format == "date") return Kind::kDate;
  if (format == "time") return Kind::kTimeZoned;
  if (format == "time-local") return Kind::kTime;
  if (format == "date-time") return Kind::kTimestampZoned;
  if (format == "timestamp") return Kind::kTimestamp;
  if (format == "uuid") return Kind::kUuid;
  return Kind::kText;
}

bool SameType(const AnswerType& a, const AnswerType& b) {
  if (a.kind != b.kind || a.parts.size() != b.parts.size()) return false;
  for (size_t i = 0; i < a.parts.size(); ++i) {
    if (a.parts[i].name != b.parts[i].name || !SameType(a.parts[i], b.parts[i])) return false;
  }
  return true;
}

bool IsNumeric(Kind kind) { return kind == Kind::kInteger || kind == Kind::kNumber; }
bool IsText(Kind kind) { return kind == Kind::kText || kind == Kind::kChoice; }

// The type that has the values of both.
std::optional<AnswerType> Common(AnswerType a, const AnswerType& b) {
  if (IsNumeric(a.kind) && IsNumeric(b.kind)) {
    if (a.kind != b.kind) a.kind = Kind::kNumber;
    return a;
  }
  if (a.kind == Kind::kChoice && b.kind == Kind::kChoice) {
    a.choices.insert(a.choices.end(), b.choices.begin(), b.choices.end());
    return a;
  }
  if (IsText(a.kind) && IsText(b.kind)) {
    a.kind = Kind::kText;
    a.choices.clear();
    return a;
  }
  if (SameType(a, b)) return a;
  return std::nullopt;
}

class TypeReader {
 public:
  explicit TypeReader(const Json& root) : root_(root) {}

  Found Read(const Json& schema, const std::string& pointer) {
    if (schema.contains("$ref")) {
      const std::string target = schema["$ref"].get<std::string>();  // "#/..."
      return Read(root_.at(Json::json_pointer(target.substr(1))), target);
    }
    FATHOM_ASSIGN_OR_RETURN(std::optional<AnswerType> type, ReadPlain(schema, pointer));
    if (type && schema.contains("description") && schema["description"].is_string()) {
      type->description = schema["description"].get<std::string>();
    }
    return type;
  }

 private:
  static Error Wrong(const std::string& pointer, const std::string& what) {
    return {ErrorCode::kInvalidArgument, "JSON schema, " + pointer + ": " + what};
  }

  Found ReadPlain(const Json& schema, const std::string& pointer) {
    if (schema.contains("enum") || schema.contains("const")) return ReadValues(schema, pointer);
    for (const char* keyword : {"anyOf", "oneOf"}) {
      if (schema.contains(keyword)) return ReadEither(schema[keyword], pointer + "/" + keyword);
    }
    Json types = schema.contains("type") ? schema["type"] : Json(TypeByKeywords(schema));
    if (!types.is_array()) types = Json::array({types});
    std::optional<AnswerType> common;
    for (const Json& type : types) {
      FATHOM_ASSIGN_OR_RETURN(const auto next, ReadType(schema, type, pointer));
      FATHOM_RETURN_IF_ERROR(Add(next, pointer, &common));
    }
    return common;
  }

  static const char* TypeByKeywords(const Json& schema) {
    if (schema.contains("properties")) return "object";
    if (schema.contains("items")) return "array";
    for (const char* word : {"minLength", "maxLength", "pattern", "format"}) {
      if (schema.contains(word)) return "string";
    }
    return "number";
  }

  static Status Add(const std::optional<AnswerType>& next, const std::string& pointer,
                    std::optional<AnswerType>* common) {
    if (!next) return {};
    *common = *common ? Common(std::move(**common), *next) : next;
    if (*common) return {};
    return Wrong(pointer,
                 "its values have no common SQL type; declare one type, or one field for each");
  }

  Found ReadEither(const Json& schemas, const std::string& pointer) {
    std::optional<AnswerType> common;
    for (size_t i = 0; i < schemas.size(); ++i) {
      FATHOM_ASSIGN_OR_RETURN(const auto next, Read(schemas[i], pointer + "/" + std::to_string(i)));
      FATHOM_RETURN_IF_ERROR(Add(next, pointer, &common));
    }
    return common;
  }

  Found ReadValues(const Json& schema, const std::string& pointer) {
    const Json values = schema.contains("const") ? Json::array({schema["const"]}) : schema["enum"];
    std::optional<AnswerType> common;
    for (const Json& value : values) {
      if (value.is_null()) continue;
      AnswerType type;
      if (value.is_string()) {
        type.kind = Kind::kChoice;
        type.choices = {value.get<std::string>()};
      } else if (value.is_boolean()) {
        type.kind = Kind::kBoolean;
      } else if (value.is_number()) {
        type.kind = value.is_number_integer() ? Kind::kInteger : Kind::kNumber;
      } else {
        return Wrong(pointer,
                     "an object or array as a constant has no SQL type; use 'properties' "
                     "or 'items'");
      }
      FATHOM_RETURN_IF_ERROR(Add(type, pointer, &common));
    }
    return common;
  }

  Found ReadType(const Json& schema, const Json& name, const std::string& pointer) {
    AnswerType type;
    if (name == "null") return std::optional<AnswerType>();
    if (name == "boolean") {
      type.kind = Kind::kBoolean;
    } else if (name == "integer") {
      type.kind = Kind::kInteger;
    } else if (name == "number") {
      type.kind = Kind::kNumber;
    } else if (name == "string") {
      type.kind = schema.contains("format") && schema["format"].is_string()
                      ? KindOfFormat(schema["format"].get<std::string>())
                      : Kind::kText;
    } else if (name == "array") {
      return ReadList(schema["items"], pointer + "/items");
    } else {
      FATHOM_ASSERT(name == "object");
      return ReadStruct(schema["properties"], pointer + "/properties");
    }
    return std::optional<AnswerType>(type);
  }

  Found ReadList(const Json& items, const std::string& pointer) {
    FATHOM_ASSIGN_OR_RETURN(auto item, ReadTyped(items, pointer));
    AnswerType list;
    list.kind = Kind::kList;
    list.parts.push_back(std::move(item));
    return std::optional<AnswerType>(std::move(list));
  }

  Found ReadStruct(const Json& properties, const std::string& pointer) {
    AnswerType type;
    type.kind = Kind::kStruct;
    std::set<std::string> names;
    for (const auto& [name, schema] : properties.items()) {
      const std::string place = pointer + "/" + name;
      if (IsBlank(name)) return Wrong(pointer, "a name is blank");
      if (!names.insert(Lowered(name)).second) {
        return Wrong(place, "the name occurs twice; names of SQL do not differ by case alone");
      }
      FATHOM_ASSIGN_OR_RETURN(AnswerType part, ReadTyped(schema, place));
      part.name = name;
      type.parts.push_back(std::move(part));
    }
    if (type.parts.empty()) return Wrong(pointer, "an object without fields has no SQL type");
    return std::optional<AnswerType>(std::move(type));
  }

  Result<AnswerType> ReadTyped(const Json& schema, const std::string& pointer) {
    FATHOM_ASSIGN_OR_RETURN(auto type, Read(schema, pointer));
    if (!type) return Wrong(pointer, "null alone has no SQL type");
    return std::move(*type);
  }

  const Json& root_;
};

}  // namespace

Result<AnswerType> AnswerTypeOf(std::string_view schema) {
  const Json root = Json::parse(schema, nullptr, /*allow_exceptions=*/false);
  FATHOM_ASSERT(!root.is_discarded());
  FATHOM_ASSIGN_OR_RETURN(const auto type, TypeReader(root).Read(root, "#"));
  if (!type)
    return Error{ErrorCode::kInvalidArgument, "JSON schema, #: null alone has no SQL type"};
  return *type;
}

}  // namespace fathom
