// Random JSON schemas and a validator of our own; only for tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <regex>
#include <string>
#include <string_view>

namespace fathom {

using TestJson = nlohmann::ordered_json;

inline size_t CountCodePoints(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

inline bool IsTestDate(const std::string& text) {
  int year, month, day;
  if (text.size() != 10 || std::sscanf(text.c_str(), "%4d-%2d-%2d", &year, &month, &day) != 3) {
    return false;
  }
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const int days[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

inline bool HasFormat(const std::string& text, const std::string& format) {
  if (format == "date") return IsTestDate(text);
  const std::string clock = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?";
  const std::string zone = "(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)";
  if (format == "time") return std::regex_match(text, std::regex(clock + zone));
  if (format == "date-time") {
    return text.size() > 11 && text[10] == 'T' && IsTestDate(text.substr(0, 10)) &&
           HasFormat(text.substr(11), "time");
  }
  if (format == "timestamp") {
    return text.size() > 11 && text[10] == ' ' && IsTestDate(text.substr(0, 10)) &&
           std::regex_match(text.substr(11), std::regex(clock));
  }
  if (format == "uuid") {
    return std::regex_match(text, std::regex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
  }
  return std::regex_match(text, std::regex("[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+"));
}

inline bool IsValid(const TestJson& schema, const TestJson& value, const TestJson& root);

inline bool HasType(const std::string& type, const TestJson& value) {
  if (type == "integer") return value.is_number() && std::floor(value.get<double>()) == value;
  return type == value.type_name();
}

inline bool IsValidNumber(const TestJson& schema, double number) {
  if (schema.contains("minimum") && number < schema["minimum"]) return false;
  if (schema.contains("maximum") && number > schema["maximum"]) return false;
  if (schema.contains("exclusiveMinimum") && number <= schema["exclusiveMinimum"]) return false;
  if (schema.contains("exclusiveMaximum") && number >= schema["exclusiveMaximum"]) return false;
  if (!schema.contains("multipleOf")) return true;
  const double rounds = number / schema["multipleOf"].get<double>();
  return std::abs(rounds - std::round(rounds)) < 1e-9 * std::max(1.0, std::abs(rounds));
}

inline bool IsValidString(const TestJson& schema, const std::string& text) {
  const size_t length = CountCodePoints(text);
  if (length < schema.value("minLength", size_t{0})) return false;
  if (length > schema.value("maxLength", SIZE_MAX)) return false;
  if (schema.contains("format") && !HasFormat(text, schema["format"])) return false;
  return !schema.contains("pattern") ||
         std::regex_search(text, std::regex(schema["pattern"].get<std::string>()));
}

inline bool IsValidArray(const TestJson& schema, const TestJson& value, const TestJson& root) {
  if (value.size() < schema.value("minItems", size_t{0})) return false;
  if (value.size() > schema.value("maxItems", SIZE_MAX)) return false;
  return std::ranges::all_of(value, [&](const TestJson& item) {
    return !schema.contains("items") || IsValid(schema["items"], item, root);
  });
}

inline bool IsValidObject(const TestJson& schema, const TestJson& value, const TestJson& root) {
  for (const TestJson& name : schema.value("required", TestJson::array())) {
    if (!value.contains(name.get<std::string>())) return false;
  }
  for (const auto& [name, member] : value.items()) {
    if (!schema.contains("properties") || !schema["properties"].contains(name)) {
      if (schema.value("additionalProperties", true)) continue;
      return false;
    }
    if (!IsValid(schema["properties"][name], member, root)) return false;
  }
  return true;
}

inline bool IsValid(const TestJson& schema, const TestJson& value, const TestJson& root) {
  if (schema.contains("$ref")) {
    const std::string target = schema["$ref"].get<std::string>();
    return IsValid(root.at(TestJson::json_pointer(target.substr(1))), value, root);
  }
  const auto valid = [&](const TestJson& choice) { return IsValid(choice, value, root); };
  if (schema.contains("anyOf") && std::ranges::none_of(schema["anyOf"], valid)) return false;
  if (schema.contains("oneOf") && std::ranges::count_if(schema["oneOf"], valid) != 1) return false;
  const auto equal = [&](const TestJson& constant) { return constant == value; };
  if (schema.contains("enum") && std::ranges::none_of(schema["enum"], equal)) return false;
  if (schema.contains("const") && schema["const"] != value) return false;
  if (schema.contains("type")) {
    const auto has_type = [&](const TestJson& type) { return HasType(type, value); };
    const TestJson& types = schema["type"];
    if (types.is_array() ? std::ranges::none_of(types, has_type) : !has_type(types)) return false;
  }
  if (value.is_number()) return IsValidNumber(schema, value.get<double>());
  if (value.is_string()) return IsValidString(schema, value.get<std::string>());
  if (value.is_array()) return IsValidArray(schema, value, root);
  return !value.is_object() || IsValidObject(schema, value, root);
}

// A random schema; what it demands can always be met.
inline TestJson RandomSchema(std::mt19937& random, int depth = 0);

inline TestJson RandomNumberSchema(std::mt19937& random) {
  TestJson schema = {{"type", random() % 2 ? "integer" : "number"}};
  const int least = static_cast<int>(random() % 2000) - 1000;
  if (random() % 2) schema[random() % 2 ? "minimum" : "exclusiveMinimum"] = least;
  if (random() % 2) schema["maximum"] = least + 25 + static_cast<int>(random() % 1000) / 10.0;
  if (random() % 4 == 0) schema["multipleOf"] = random() % 12 + 1;
  if (schema["type"] == "number" && random() % 2) schema["multipleOf"] = 0.01;
  return schema;
}

inline TestJson RandomStringSchema(std::mt19937& random) {
  TestJson schema = {{"type", "string"}};
  const char* const formats[] = {"date", "time", "date-time", "timestamp", "email", "uuid"};
  const char* const patterns[] = {"^[A-Z]{2}-\\d{3,5}$", "^(yes|no)$", "^[^\"a-z]{1,4}", "x+$"};
  switch (random() % 4) {
    case 0: schema["format"] = formats[random() % std::size(formats)]; break;
    case 1: schema["pattern"] = patterns[random() % std::size(patterns)]; break;
    default:
      if (random() % 2) schema["minLength"] = random() % 4;
      schema["maxLength"] = 4 + random() % 30;
  }
  return schema;
}

inline TestJson RandomObjectSchema(std::mt19937& random, int depth) {
  TestJson properties = TestJson::object(), required = TestJson::array();
  const char* const names[] = {"id", "name", "total \"net\"", "\xE6\x97\xA5\xE6\x9C\x9F", "a/b~c"};
  for (size_t i = 0; i <= random() % 5; ++i) {
    const std::string name = names[i % std::size(names)];
    properties[name] = RandomSchema(random, depth + 1);
    if (random() % 3) required.push_back(name);
  }
  TestJson schema = {{"type", "object"}, {"properties", properties}};
  if (random() % 2) schema["required"] = required;
  if (random() % 2) schema["additionalProperties"] = false;
  return schema;
}

inline TestJson RandomSchema(std::mt19937& random, int depth) {
  switch (random() % (depth > 2 ? 6 : 10)) {
    case 0: return {{"enum", {"late delivery", "late payment", "praise", 3, nullptr, true}}};
    case 1: return {{"const", "\xE4\xB8\xAD\xE6\x96\x87 \"quoted\""}};
    case 2: return {{"type", {"boolean", "null"}}};
    case 3: return RandomNumberSchema(random);
    case 4:
    case 5: return RandomStringSchema(random);
    case 6: return {{"anyOf", {RandomSchema(random, depth + 1), {{"type", "null"}}}}};
    case 7:
      return {{"type", "array"},
              {"items", RandomSchema(random, depth + 1)},
              {"minItems", random() % 3},
              {"maxItems", 2 + random() % 4}};
    default: return RandomObjectSchema(random, depth);
  }
}

}  // namespace fathom
