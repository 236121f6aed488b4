#include "llm/stub_script.h"

#include <xxhash.h>

#include <initializer_list>
#include <nlohmann/json.hpp>

#include "io/file.h"

namespace fathom {
namespace {

using Json = nlohmann::json;

Error Wrong(const std::string& origin, const std::string& what) {
  return {ErrorCode::kInvalidArgument, "stub script " + origin + ": " + what};
}

// The first key that is none of `known`; empty = all are known.
std::string UnknownKey(const Json& object, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) return key;
  }
  return {};
}

std::optional<ErrorCode> FindErrorCode(const std::string& name) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::kOverBudget); ++code) {
    if (ErrorCodeName(static_cast<ErrorCode>(code)) == name) return static_cast<ErrorCode>(code);
  }
  return std::nullopt;
}

Result<StubRule> ParseRule(const Json& json, const std::string& origin) {
  if (!json.is_object()) return Wrong(origin, "must be an object");
  const std::string unknown =
      UnknownKey(json, {"contains", "prompt_contains", "answer", "probability", "error"});
  if (!unknown.empty()) return Wrong(origin, "unknown key '" + unknown + "'");
  for (const char* key : {"contains", "prompt_contains", "answer", "error"}) {
    if (json.contains(key) && !json[key].is_string()) {
      return Wrong(origin, std::string("'") + key + "' must be a string");
    }
  }
  StubRule rule;
  if (json.contains("contains")) rule.contains = json["contains"].get<std::string>();
  if (json.contains("prompt_contains")) {
    rule.prompt_contains = json["prompt_contains"].get<std::string>();
  }
  if (json.contains("answer") == json.contains("error")) {
    return Wrong(origin, "needs either 'answer' or 'error'");
  }
  rule.answer = json.value("answer", "");
  if (json.contains("error")) {
    rule.error = FindErrorCode(json["error"].get<std::string>());
    if (!rule.error)
      return Wrong(origin, "unknown error '" + json["error"].get<std::string>() + "'");
  }
  if (json.contains("probability")) {
    if (!json["probability"].is_number()) return Wrong(origin, "'probability' must be a number");
    rule.probability = json["probability"].get<double>();
    if (!(rule.probability > 0 && rule.probability < 1)) {
      return Wrong(origin, "'probability' must lie between 0 and 1");
    }
  }
  return rule;
}

Result<Price> ParsePrice(const Json& json, const std::string& origin) {
  if (!json.is_object()) return Wrong(origin, "'price' must be an object");
  const std::string unknown = UnknownKey(json, {"prompt", "generated"});
  if (!unknown.empty()) return Wrong(origin, "unknown key '" + unknown + "' in 'price'");
  Price price;
  for (const auto& [key, member] :
       {std::pair("prompt", &Price::prompt), std::pair("generated", &Price::generated)}) {
    if (!json.contains(key)) continue;
    if (!json[key].is_number() || json[key].get<double>() < 0) {
      return Wrong(origin, std::string("'") + key + "' of 'price' must be a number, 0 or more");
    }
    price.*member = json[key].get<double>();
  }
  return price;
}

}  // namespace

Result<StubScript> StubScript::Parse(std::string_view text, const std::string& origin) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Wrong(origin, "is not a JSON object");
  const std::string unknown =
      UnknownKey(json, {"rules", "default", "delay_ms_per_row", "context_tokens", "price"});
  if (!unknown.empty()) return Wrong(origin, "unknown key '" + unknown + "'");

  StubScript script;
  if (!json.contains("default") || !json["default"].is_string()) {
    return Wrong(origin, "needs a 'default', a string");
  }
  script.default_answer = json["default"].get<std::string>();
  for (const auto& [key, member] : {std::pair("delay_ms_per_row", &StubScript::delay_ms_per_row),
                                    std::pair("context_tokens", &StubScript::context_tokens)}) {
    if (!json.contains(key)) continue;
    if (!json[key].is_number_unsigned()) {
      return Wrong(origin, std::string("'") + key + "' must be a whole number, 0 or more");
    }
    script.*member = json[key].get<int64_t>();
  }
  if (json.contains("price")) {
    FATHOM_ASSIGN_OR_RETURN(script.price, ParsePrice(json["price"], origin));
  }
  if (json.contains("rules")) {
    if (!json["rules"].is_array()) return Wrong(origin, "'rules' must be an array");
    for (size_t i = 0; i < json["rules"].size(); ++i) {
      FATHOM_ASSIGN_OR_RETURN(
          StubRule rule, ParseRule(json["rules"][i], origin + ", rule " + std::to_string(i + 1)));
      script.rules.push_back(std::move(rule));
    }
  }
  script.hash = std::to_string(XXH3_64bits(text.data(), text.size()));
  return script;
}

Result<StubScript> StubScript::Load(const std::string& path) {
  FATHOM_ASSIGN_OR_RETURN(const InputFile file, InputFile::Open(path));
  std::vector<uint8_t> bytes(file.size());
  FATHOM_RETURN_IF_ERROR(file.ReadAt(0, bytes));
  return Parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

}  // namespace fathom
