#include "duck/settings.h"

#include <cmath>
#include <optional>

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
constexpr char kMaxTokens[] = "ai_max_tokens";
constexpr char kMaxSeconds[] = "ai_max_seconds";
constexpr char kMaxCost[] = "ai_max_cost";
constexpr char kOnBudget[] = "ai_on_budget";
constexpr char kCache[] = "ai_cache";
constexpr char kLedger[] = "ai_ledger";
constexpr char kLedgerLimit[] = "ai_ledger_limit";

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

void CheckChoice(const char* setting, const char* one, const char* other, Value& value) {
  const std::string text = value.IsNull() ? "NULL" : duckdb::StringUtil::Lower(value.ToString());
  if (text != one && text != other) {
    throw duckdb::InvalidInputException(std::string(setting) + ": '" + text +
                                        "' is not known; use '" + one + "' or '" + other + "'");
  }
  value = Value(text);
}

void CheckOnError(ClientContext&, duckdb::SetScope, Value& value) {
  CheckChoice(kOnError, "null", "fail", value);
}

void CheckOnBudget(ClientContext&, duckdb::SetScope, Value& value) {
  CheckChoice(kOnBudget, "fail", "partial", value);
}

// NULL = no limit.
void CheckLimit(const char* setting, const Value& value) {
  if (value.IsNull() || value.GetValue<double>() > 0) return;
  throw duckdb::InvalidInputException(std::string(setting) + ": " + value.ToString() +
                                      " is not above 0; NULL means no limit");
}

// The setting takes a DOUBLE, for DuckDB would round 0.5 to a whole number before anybody sees it.
void CheckMaxTokens(ClientContext&, duckdb::SetScope, Value& value) {
  CheckLimit(kMaxTokens, value);
  if (value.IsNull()) return;
  const double tokens = value.GetValue<double>();
  constexpr double kMost = 9007199254740992;  // 2^53: a DOUBLE counts that far
  if (tokens != std::floor(tokens) || tokens > kMost) {
    throw duckdb::InvalidInputException(std::string(kMaxTokens) + ": " + value.ToString() +
                                        " is not a number of tokens; use a whole number like "
                                        "100000, or NULL for no limit");
  }
  value = Value::BIGINT(static_cast<int64_t>(tokens));
}
void CheckMaxSeconds(ClientContext&, duckdb::SetScope, Value& value) {
  CheckLimit(kMaxSeconds, value);
}
void CheckMaxCost(ClientContext&, duckdb::SetScope, Value& value) { CheckLimit(kMaxCost, value); }

void CheckCache(ClientContext&, duckdb::SetScope, Value& value) {
  if (value.IsNull()) {
    throw duckdb::InvalidInputException("ai_cache: true or false is needed, not NULL");
  }
}

void CheckLedger(ClientContext&, duckdb::SetScope, Value& value) {
  if (!value.IsNull()) return;
  throw duckdb::InvalidInputException(
      "ai_ledger: the path of a file is needed, not NULL; SET ai_cache = false does without one");
}

void CheckLedgerLimit(ClientContext&, duckdb::SetScope, Value& value) {
  if (value.IsNull()) {
    throw duckdb::InvalidInputException("ai_ledger_limit: a size is needed, like '4GB'");
  }
  duckdb::DBConfig::ParseMemoryLimit(value.ToString());  // throws
}

void CheckSeed(ClientContext&, duckdb::SetScope, Value& value) {
  if (value.IsNull()) throw duckdb::InvalidInputException("ai_seed: a number is needed, not NULL");
}

}  // namespace

namespace {

void RegisterBudgets(duckdb::DBConfig& config) {
  config.AddExtensionOption(kMaxTokens, "Tokens that one query may use; NULL = no limit",
                            LogicalType::DOUBLE, Value(LogicalType::DOUBLE), CheckMaxTokens);
  config.AddExtensionOption(kMaxSeconds, "Seconds that one query may ask models; NULL = no limit",
                            LogicalType::DOUBLE, Value(LogicalType::DOUBLE), CheckMaxSeconds);
  config.AddExtensionOption(kMaxCost, "US dollars that one query may cost; NULL = no limit",
                            LogicalType::DOUBLE, Value(LogicalType::DOUBLE), CheckMaxCost);
  config.AddExtensionOption(
      kOnBudget,
      "What happens when a budget is used up: 'fail' (the query ends) or 'partial' (rows that were "
      "not asked are NULL)",
      LogicalType::VARCHAR, Value("fail"), CheckOnBudget);
}

void RegisterLedger(duckdb::DBConfig& config, const std::string& ledger_path) {
  config.AddExtensionOption(kCache, "Keep answers in the ledger and take them from there",
                            LogicalType::BOOLEAN, Value::BOOLEAN(true), CheckCache);
  config.AddExtensionOption(kLedger, "The file that keeps every answer; '' = none",
                            LogicalType::VARCHAR, Value(ledger_path), CheckLedger);
  config.AddExtensionOption(kLedgerLimit,
                            "Size from which the ledger drops its oldest answers, like '4GB'",
                            LogicalType::VARCHAR, Value("10GB"), CheckLedgerLimit);
}

template <typename T>
std::optional<T> Limit(ClientContext& context, const char* name) {
  Value value;  // DuckDB does not know a setting whose default is NULL until it is set
  if (!context.TryGetCurrentSetting(name, value) || value.IsNull()) return std::nullopt;
  return value.GetValue<T>();
}

}  // namespace

void RegisterSettings(duckdb::DatabaseInstance& database, const std::string& default_model,
                      const std::string& ledger_path) {
  duckdb::DBConfig& config = duckdb::DBConfig::GetConfig(database);
  RegisterBudgets(config);
  RegisterLedger(config, ledger_path);
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

BudgetLimits ReadBudget(ClientContext& context) {
  return {.tokens = Limit<int64_t>(context, kMaxTokens),
          .seconds = Limit<double>(context, kMaxSeconds),
          .cost = Limit<double>(context, kMaxCost),
          .partial = Setting(context, kOnBudget).ToString() == "partial"};
}

LedgerSettings ReadLedger(ClientContext& context) {
  LedgerSettings settings;
  if (!Setting(context, kCache).GetValue<bool>()) return settings;
  settings.path = Setting(context, kLedger).ToString();
  settings.max_bytes = static_cast<int64_t>(
      duckdb::DBConfig::ParseMemoryLimit(Setting(context, kLedgerLimit).ToString()));
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
