#include "runtime/json_schema.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/json_values.h"

namespace fathom {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 64;  // schemas in schemas

// Keywords that say nothing about what is valid.
const std::set<std::string_view> kAnnotations = {
    "title", "description", "default",  "examples",   "$schema",  "$id",
    "$defs", "definitions", "$comment", "deprecated", "readOnly", "writeOnly"};

struct TypeKeywords {
  const char* type;
  std::vector<std::string_view> keywords;
};

const std::vector<TypeKeywords> kTypes = {
    {"object", {"properties", "required", "additionalProperties"}},
    {"array", {"items", "minItems", "maxItems"}},
    {"string", {"minLength", "maxLength", "pattern", "format"}},
    {"number", {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}},
    {"integer", {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}},
    {"boolean", {}},
    {"null", {}},
};

const TypeKeywords* FindType(std::string_view name) {
  const auto found = std::ranges::find(kTypes, name, &TypeKeywords::type);
  return found == kTypes.end() ? nullptr : &*found;
}

// `token` of a JSON pointer as text.
std::string Unescape(std::string token) {
  for (const auto& [escape, c] : {std::pair("~1", "/"), std::pair("~0", "~")}) {
    for (size_t at = token.find(escape); at != std::string::npos; at = token.find(escape, at + 1)) {
      token.replace(at, 2, c);
    }
  }
  return token;
}

std::string Escape(std::string token) {
  for (const auto& [c, escape] : {std::pair("~", "~0"), std::pair("/", "~1")}) {
    for (size_t at = token.find(c); at != std::string::npos; at = token.find(c, at + 2)) {
      token.replace(at, 1, escape);
    }
  }
  return token;
}

// The member or element that `token` names; null: there is none.
const Json* Child(const Json& json, const std::string& token) {
  if (json.is_object()) return json.contains(token) ? &json[token] : nullptr;
  size_t index = 0;
  const char* end = token.data() + token.size();
  if (std::from_chars(token.data(), end, index).ptr != end || token.empty()) return nullptr;
  return json.is_array() && index < json.size() ? &json[index] : nullptr;
}

class SchemaParser {
 public:
  SchemaParser(Expressions& expressions, const Json& root) : e_(expressions), root_(root) {}

  Result<Expr> Parse(const Json& schema, const std::string& pointer);

 private:
  Result<Expr> ParseObjectOf(const SchemaPlace& place);
  Result<Expr> ParseReference(const SchemaPlace& place);
  Result<const Json*> Resolve(const SchemaPlace& place, const std::string& target) const;
  Result<Expr> ParseConstants(const SchemaPlace& place);
  Result<Expr> ParseChoice(const SchemaPlace& place, const char* keyword);
  Result<Expr> ParseTypes(const SchemaPlace& place);
  Result<Expr> ParseType(const SchemaPlace& place, std::string_view type);
  Result<Expr> ParseObject(const SchemaPlace& place);
  Result<Expr> ParseArray(const SchemaPlace& place);

  Result<std::vector<std::string>> Types(const SchemaPlace& place) const;
  Result<std::vector<std::string>> Required(const SchemaPlace& place) const;
  Status OnlyKnown(const SchemaPlace& place, const std::set<std::string_view>& known) const;

  // Whether no value is valid for both. REQUIRES both have been parsed
  bool Apart(const Json& a, const Json& b, Expr texts_a, Expr texts_b) const;
  const Json& Target(const Json& schema) const;
  bool AlwaysWrites(const Json& object, const std::string& property) const;

  Expressions& e_;
  const Json& root_;
  std::vector<std::string> references_;   // being parsed, outermost first
  std::map<std::string, Expr> finished_;  // by reference
  mutable std::map<const Json*, Expr> parsed_;
  int depth_ = 0;
};

Result<Expr> SchemaParser::Parse(const Json& schema, const std::string& pointer) {
  const SchemaPlace place{schema, pointer};
  if (schema.is_boolean()) return place.Unsupported("a value of any type");
  if (!schema.is_object()) return place.Wrong("a schema must be an object");
  if (depth_ >= kDeepest) return place.Unsupported("schemas nested so deeply");
  ++depth_;
  Result<Expr> expr = ParseObjectOf(place);
  --depth_;
  if (expr.ok() && *expr == kNothing) return place.Wrong("no value is valid");
  if (expr.ok()) parsed_[&schema] = *expr;
  return expr;
}

Result<Expr> SchemaParser::ParseObjectOf(const SchemaPlace& place) {
  if (place.Has("$ref")) return ParseReference(place);
  if (place.Has("enum") || place.Has("const")) return ParseConstants(place);
  if (place.Has("anyOf")) return ParseChoice(place, "anyOf");
  if (place.Has("oneOf")) return ParseChoice(place, "oneOf");
  return ParseTypes(place);
}

Status SchemaParser::OnlyKnown(const SchemaPlace& place,
                               const std::set<std::string_view>& known) const {
  for (const auto& [keyword, value] : place.json.items()) {
    if (kAnnotations.contains(keyword) || known.contains(keyword)) continue;
    std::string beside;
    for (const std::string_view name : known)
      beside += (beside.empty() ? "" : ", ") + std::string(name);
    return place.Unsupported("the keyword '" + keyword + "'" +
                             (beside.empty() ? "" : " here; known are " + beside));
  }
  return {};
}

Result<Expr> SchemaParser::ParseReference(const SchemaPlace& place) {
  FATHOM_RETURN_IF_ERROR(OnlyKnown(place, {"$ref"}));
  if (!place.json["$ref"].is_string()) return place.Wrong("'$ref' must be a string");
  const std::string target = place.json["$ref"].get<std::string>();
  if (const auto found = finished_.find(target); found != finished_.end()) return found->second;
  if (std::ranges::find(references_, target) != references_.end()) {
    return place.Unsupported("recursion through '" + target + "'");
  }
  FATHOM_ASSIGN_OR_RETURN(const Json* schema, Resolve(place, target));
  references_.push_back(target);
  FATHOM_ASSIGN_OR_RETURN(const Expr expr, Parse(*schema, target));
  references_.pop_back();
  finished_[target] = expr;
  return expr;
}

Result<const Json*> SchemaParser::Resolve(const SchemaPlace& place,
                                          const std::string& target) const {
  if (target != "#" && !target.starts_with("#/")) {
    return place.Unsupported("'$ref' to another document: '" + target + "'");
  }
  const Json* at = &root_;
  for (size_t begin = 2; begin <= target.size();) {
    const size_t end = std::min(target.find('/', begin), target.size());
    const std::string token = Unescape(target.substr(begin, end - begin));
    at = Child(*at, token);
    if (at == nullptr) return place.Wrong("'$ref': there is no '" + target + "'");
    begin = end + 1;
  }
  return at;
}

Result<Expr> SchemaParser::ParseConstants(const SchemaPlace& place) {
  FATHOM_RETURN_IF_ERROR(OnlyKnown(place, {"enum", "const", "type"}));
  std::vector<Json> values;
  if (place.Has("enum")) {
    if (!place.json["enum"].is_array()) return place.Wrong("'enum' must be a list");
    for (const Json& value : place.json["enum"]) values.push_back(value);
  }
  if (place.Has("const")) {
    const Json& value = place.json["const"];
    if (place.Has("enum") && std::ranges::find(values, value) == values.end()) return kNothing;
    values = {value};
  }
  FATHOM_ASSIGN_OR_RETURN(const std::vector<std::string> types, Types(place));
  const auto has_type = [&](const Json& value) {
    if (!place.Has("type")) return true;
    return std::ranges::any_of(types, [&](const std::string& type) {
      if (type == "integer") return value.is_number_integer();
      return type == value.type_name();
    });
  };
  std::vector<Expr> choices;
  for (const Json& value : values) {
    if (has_type(value)) choices.push_back(e_.Literal(JsonText(value)));
  }
  return e_.Either(std::move(choices));
}

Result<Expr> SchemaParser::ParseChoice(const SchemaPlace& place, const char* keyword) {
  FATHOM_RETURN_IF_ERROR(OnlyKnown(place, {keyword}));
  const Json& schemas = place.json[keyword];
  const std::string name = keyword;
  if (!schemas.is_array()) return place.Wrong("'" + name + "' must be a list");
  std::vector<Expr> choices;
  for (size_t i = 0; i < schemas.size(); ++i) {
    FATHOM_ASSIGN_OR_RETURN(
        const Expr choice, Parse(schemas[i], place.pointer + "/" + name + "/" + std::to_string(i)));
    for (size_t other = 0; name == "oneOf" && other < i; ++other) {
      if (Apart(schemas[other], schemas[i], choices[other], choice)) continue;
      return place.Unsupported("'oneOf' whose schemas " + std::to_string(other) + " and " +
                               std::to_string(i) + " may be valid for one value; use 'anyOf'");
    }
    choices.push_back(choice);
  }
  return e_.Either(std::move(choices));
}

// The types that `type` names, or those that have the keywords of the schema.
Result<std::vector<std::string>> SchemaParser::Types(const SchemaPlace& place) const {
  std::vector<std::string> types;
  if (!place.Has("type")) {
    for (const TypeKeywords& type : kTypes) {
      const auto there = [&](std::string_view word) { return place.json.contains(word); };
      // What numbers have integers have too.
      if (std::string_view(type.type) != "integer" && std::ranges::any_of(type.keywords, there)) {
        types.push_back(type.type);
      }
    }
    return types;
  }
  const Json& named = place.json["type"];
  const Json list = named.is_array() ? named : Json::array({named});
  for (const Json& type : list) {
    if (!type.is_string() || !FindType(type.get<std::string>())) {
      return place.Wrong("'type' must be object, array, string, number, integer, boolean or null");
    }
    types.push_back(type.get<std::string>());
  }
  return types;
}

Result<Expr> SchemaParser::ParseTypes(const SchemaPlace& place) {
  FATHOM_ASSIGN_OR_RETURN(const std::vector<std::string> types, Types(place));
  std::set<std::string_view> known = {"type"};
  for (const std::string& type : types) {
    const std::vector<std::string_view>& keywords = FindType(type)->keywords;
    known.insert(keywords.begin(), keywords.end());
  }
  if (types.empty()) {
    FATHOM_RETURN_IF_ERROR(OnlyKnown(place, {"type", "$ref", "enum", "const", "anyOf", "oneOf"}));
    return place.Unsupported("a value of any type");
  }
  FATHOM_RETURN_IF_ERROR(OnlyKnown(place, known));
  std::vector<Expr> choices;
  for (const std::string& type : types) {
    FATHOM_ASSIGN_OR_RETURN(const Expr choice, ParseType(place, type));
    choices.push_back(choice);
  }
  return e_.Either(std::move(choices));
}

Result<Expr> SchemaParser::ParseType(const SchemaPlace& place, std::string_view type) {
  if (type == "object") return ParseObject(place);
  if (type == "array") return ParseArray(place);
  if (type == "string") return JsonStrings(e_, place);
  if (type == "boolean") return e_.Either({e_.Literal("true"), e_.Literal("false")});
  if (type == "null") return e_.Literal("null");
  return JsonNumbers(e_, place, type == "integer");
}

Result<std::vector<std::string>> SchemaParser::Required(const SchemaPlace& place) const {
  const Json& required = place.json["required"];
  if (!required.is_array()) return place.Wrong("'required' must be a list");
  std::vector<std::string> names;
  for (const Json& name : required) {
    if (!name.is_string()) return place.Wrong("'required' must be a list of names");
    names.push_back(name.get<std::string>());
    const bool declared =
        place.json["properties"].is_object() && place.json["properties"].contains(names.back());
    if (!declared) return place.Wrong("'" + names.back() + "' is required and not declared");
  }
  return names;
}

// From the last property to the first: what follows behind a first property, which has no comma
// before it, and what follows behind others.
Result<Expr> SchemaParser::ParseObject(const SchemaPlace& place) {
  if (!place.Has("properties")) return place.Unsupported("an object without 'properties'");
  const Json& properties = place.json["properties"];
  if (!properties.is_object()) return place.Wrong("'properties' must be an object");
  if (place.Has("additionalProperties") && !place.json["additionalProperties"].is_boolean()) {
    return place.Unsupported("'additionalProperties' other than true and false");
  }
  std::vector<std::string> required;
  if (place.Has("required")) {
    FATHOM_ASSIGN_OR_RETURN(required, Required(place));
  }
  std::vector<std::pair<std::string, Expr>> members;
  for (const auto& [name, schema] : properties.items()) {
    FATHOM_ASSIGN_OR_RETURN(const Expr value,
                            Parse(schema, place.pointer + "/properties/" + Escape(name)));
    members.emplace_back(name, e_.Concat(e_.Literal(JsonText(name) + ": "), value));
  }
  Expr first = e_.Literal("}");
  Expr later = first;
  for (size_t i = members.size(); i-- > 0;) {
    const auto& [name, member] = members[i];
    const bool optional =
        place.Has("required") && std::ranges::find(required, name) == required.end();
    const Expr written = e_.Concat(member, later);
    const Expr written_later = e_.Concat(e_.Literal(", "), written);
    first = optional ? e_.Either({written, first}) : written;
    later = optional ? e_.Either({written_later, later}) : written_later;
  }
  return e_.Concat(e_.Literal("{"), first);
}

Result<Expr> SchemaParser::ParseArray(const SchemaPlace& place) {
  if (!place.Has("items")) return place.Unsupported("an array without 'items'");
  FATHOM_ASSIGN_OR_RETURN(const uint32_t least, place.Count("minItems", 0));
  FATHOM_ASSIGN_OR_RETURN(const uint32_t most,
                          place.Count("maxItems", std::max(least, kArrayItems)));
  if (least > most) return place.Wrong("minItems is larger than maxItems");
  FATHOM_ASSIGN_OR_RETURN(const Expr item, Parse(place.json["items"], place.pointer + "/items"));
  const Expr next = e_.Concat(e_.Literal(", "), item);
  Expr items = kEmpty;
  if (most > 0) {
    items = e_.Concat(item, e_.Repeat(next, least == 0 ? 0 : least - 1, most - 1));
    if (least == 0) items = e_.Optional(items);
  }
  return e_.Concat(e_.Literal("["), e_.Concat(items, e_.Literal("]")));
}

const Json& SchemaParser::Target(const Json& schema) const {
  if (!schema.contains("$ref")) return schema;
  const Result<const Json*> target = Resolve({schema, "#"}, schema["$ref"].get<std::string>());
  return Target(**target);  // it was parsed, so it is there
}

bool SchemaParser::AlwaysWrites(const Json& object, const std::string& property) const {
  if (!object.contains("properties") || !object["properties"].contains(property)) return false;
  if (!object.contains("required")) return true;
  return std::ranges::any_of(object["required"],
                             [&](const Json& name) { return name == property; });
}

// Scalars are written in one way, so values in common are texts in common. Of objects and arrays,
// which a validator accepts in other forms than ours, only a property that both write tells.
bool SchemaParser::Apart(const Json& a, const Json& b, Expr texts_a, Expr texts_b) const {
  if (e_.Both(texts_a, texts_b) != kNothing) return false;
  const ByteSet first_a = e_.First(texts_a), first_b = e_.First(texts_b);
  if (!first_a.Has('{') && !first_a.Has('[')) return true;
  if ((first_a & first_b).empty()) return true;
  const Json& object_a = Target(a);
  const Json& object_b = Target(b);
  if (!object_a.contains("properties")) return false;
  for (const auto& [name, schema_a] : object_a["properties"].items()) {
    if (!AlwaysWrites(object_a, name) || !AlwaysWrites(object_b, name)) continue;
    const Json& schema_b = object_b["properties"][name];
    if (Apart(schema_a, schema_b, parsed_.at(&schema_a), parsed_.at(&schema_b))) return true;
  }
  return false;
}

}  // namespace

Result<Expr> ParseJsonSchema(Expressions& expressions, std::string_view schema) {
  const Json json = Json::parse(schema, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return {ErrorCode::kInvalidArgument, "JSON schema: it is not JSON"};
  return SchemaParser(expressions, json).Parse(json, "#");
}

}  // namespace fathom
