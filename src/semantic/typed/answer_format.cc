#include "semantic/typed/answer_format.h"

#include <nlohmann/json.hpp>

namespace fathom {
namespace {

using Json = nlohmann::ordered_json;

Error BadSchema(const std::string& what) {
  return {ErrorCode::kInvalidArgument, "JSON schema: " + what};
}

// Deeper than anybody writes, and than what reads schemas by recursion can bear.
bool NestsTooDeep(std::string_view json) {
  constexpr int kDeepest = 200;
  int depth = 0;
  for (const char c : json) {  // brackets within strings count too: there are never so many
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kDeepest) return true;
  }
  return false;
}

// A property's schema goes one level deeper: references into it have to follow.
void FollowReferences(Json* json) {
  constexpr std::string_view kProperties = "#/properties/";
  for (auto& [key, value] : json->items()) {
    if (value.is_structured()) FollowReferences(&value);
    if (key != "$ref" || !value.is_string()) continue;
    std::string target = value.get<std::string>();
    if (!target.starts_with(kProperties)) continue;
    const size_t name_end = std::min(target.find('/', kProperties.size()), target.size());
    value = target.insert(name_end, "/anyOf/0");
  }
}

// The schema that a reference at the top stands for; definitions stay where references find them.
Json WithoutTopReference(Json schema) {
  constexpr std::string_view kDefinitions[] = {"$defs", "definitions"};
  if (!schema["$ref"].is_string()) return schema;
  const std::string reference = schema["$ref"].get<std::string>();
  for (const std::string_view definitions : kDefinitions) {
    const std::string prefix = "#/" + std::string(definitions) + "/";
    if (!reference.starts_with(prefix)) continue;
    const std::string name = reference.substr(prefix.size());
    if (!schema.contains(definitions) || !schema[definitions].contains(name)) continue;
    if (!schema[definitions][name].is_object()) continue;
    Json target = schema[definitions][name];
    target[definitions] = schema[definitions];
    return target;
  }
  return schema;
}

}  // namespace

Result<AnswerFormat> FormatOfSchema(std::string schema) {
  FATHOM_ASSIGN_OR_RETURN(Pattern pattern, Pattern::FromJsonSchema(schema));
  FATHOM_ASSIGN_OR_RETURN(AnswerType type, AnswerTypeOf(schema));
  return AnswerFormat{std::move(schema), std::move(type),
                      std::make_shared<const Pattern>(std::move(pattern))};
}

Result<AnswerFormat> FormatOfRegex(std::string_view regex) {
  FATHOM_ASSIGN_OR_RETURN(Pattern pattern, Pattern::FromRegex(regex));
  return AnswerFormat{"", {}, std::make_shared<const Pattern>(std::move(pattern))};
}

Result<std::string> WithNullableFields(std::string_view schema) {
  if (NestsTooDeep(schema)) return BadSchema("it nests more than 200 levels deep");
  Json root = Json::parse(schema, nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded()) return BadSchema("it is not JSON");
  if (!root.is_object()) return BadSchema("it must be an object");
  if (root.contains("$ref")) root = WithoutTopReference(std::move(root));
  if (!root.contains("properties") || !root["properties"].is_object()) {
    return BadSchema("it must describe an object, with 'properties': the fields");
  }
  FollowReferences(&root);
  root.erase("required");
  for (auto& [name, property] : root["properties"].items()) {
    Json nullable = Json::object();
    if (property.is_object() && property.contains("description")) {
      nullable["description"] = property["description"];
    }
    nullable["anyOf"] = Json::array({property, {{"type", "null"}}});
    property = std::move(nullable);
  }
  return root.dump();
}

}  // namespace fathom
