#include "duck/settings.h"

#include "duck/model_names.h"
#include "duck/query_state.h"

namespace fathom {
namespace {

using duckdb::ClientContext;
using duckdb::LogicalType;
using duckdb::Value;

constexpr char kModel[] = "ai_model";
constexpr char kModelAlias[] = "ai_model_alias";
constexpr char kOnError[] = "ai_on_error";
constexpr char kSeed[] = "ai_seed";

Value Setting(ClientContext& context, const char* name) {
  Value value;
  if (!context.TryGetCurrentSetting(name, value)) {
    throw duckdb::InternalException("setting %s is not registered", name);
  }
  return value;
}

void CheckModel(ClientContext& context, duckdb::SetScope, Value& value) {
  if (value.IsNull()) {
    throw duckdb::InvalidInputException("ai_model: a model name is needed, not NULL");
  }
  CheckModelName(context, kModel, ResolveAlias(context, value.ToString()));
}

void CheckModelAlias(ClientContext& context, duckdb::SetScope, Value& value) {
  if (value.IsNull()) {
    throw duckdb::InvalidInputException(
        "ai_model_alias: a MAP is needed, like MAP {'foreign-name': 'local-name'}; MAP {} is none");
  }
  for (const Value& entry : duckdb::MapValue::GetChildren(value)) {
    const auto& pair = duckdb::StructValue::GetChildren(entry);
    if (pair[1].IsNull()) {
      throw duckdb::InvalidInputException("ai_model_alias: '" + pair[0].ToString() +
                                          "' stands for NULL; give it a local model's name");
    }
    CheckModelName(context, kModelAlias, pair[1].ToString());
  }
}

void CheckOnError(ClientContext&, duckdb::SetScope, Value& value) {
  const std::string text = value.IsNull() ? "NULL" : duckdb::StringUtil::Lower(value.ToString());
  if (text != "null" && text != "fail") {
    throw duckdb::InvalidInputException("ai_on_error: '" + text +
                                        "' is not known; use 'null' or 'fail'");
  }
  value = Value(text);
}

void CheckSeed(ClientContext&, duckdb::SetScope, Value& value) {
  if (value.IsNull()) throw duckdb::InvalidInputException("ai_seed: a number is needed, not NULL");
}

}  // namespace

void RegisterSettings(duckdb::DatabaseInstance& database, const std::string& default_model) {
  duckdb::DBConfig& config = duckdb::DBConfig::GetConfig(database);
  config.AddExtensionOption(kModel, "The model that answers when a call names none",
                            LogicalType::VARCHAR, Value(default_model), CheckModel);
  const LogicalType map = LogicalType::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR);
  config.AddExtensionOption(
      kModelAlias, "Foreign model names and the local models that stand in for them", map,
      Value::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR, {}, {}), CheckModelAlias);
  config.AddExtensionOption(
      kOnError,
      "What a row does that fails: 'null' (it is NULL and counted) or 'fail' (the query ends)",
      LogicalType::VARCHAR, Value("null"), CheckOnError);
  config.AddExtensionOption(kSeed, "Seed of sampled decoding (temperature > 0)",
                            LogicalType::BIGINT, Value::BIGINT(0), CheckSeed);
}

AiSettings ReadSettings(ClientContext& context) {
  AiSettings settings;
  settings.model = ResolveAlias(context, Setting(context, kModel).ToString());
  settings.fail_on_error = Setting(context, kOnError).ToString() == "fail";
  settings.seed = static_cast<uint64_t>(Setting(context, kSeed).GetValue<int64_t>());
  return settings;
}

std::string ResolveAlias(ClientContext& context, const std::string& name) {
  const Value aliases = Setting(context, kModelAlias);
  for (const Value& entry : duckdb::MapValue::GetChildren(aliases)) {
    const auto& pair = duckdb::StructValue::GetChildren(entry);
    if (pair[0].ToString() == name) return pair[1].ToString();
  }
  return name;
}

}  // namespace fathom
