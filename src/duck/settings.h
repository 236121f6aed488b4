// The settings of the ai_* functions: SET name = value, shown by duckdb_settings().
#pragma once

#include <cstdint>
#include <string>

#include "duck/duckdb_api.h"
#include "semantic/budget.h"

namespace fathom {

// ai_model         VARCHAR  the model that answers when a call names none
// ai_model_alias   MAP      foreign model names and the local ones that stand in for them
// ai_on_error      VARCHAR  'null': a failed row is NULL and counted; 'fail': it ends the query
// ai_seed          BIGINT   of sampled decoding (temperature > 0)
// ai_max_tokens    BIGINT   budgets of one query; NULL = no limit
// ai_max_seconds   DOUBLE
// ai_max_cost      DOUBLE   US dollars
// ai_on_budget     VARCHAR  'fail': the query ends; 'partial': rows that were not asked are NULL
// ai_cache         BOOLEAN  keep answers in the ledger and take them from there
// ai_ledger        VARCHAR  the ledger's file, at first `ledger_path`; '' = none
// ai_ledger_limit  VARCHAR  size from which the ledger drops its oldest answers
void RegisterSettings(duckdb::DatabaseInstance& database, const std::string& default_model,
                      const std::string& ledger_path);

struct AiSettings {
  std::string model;
  bool fail_on_error = false;
  uint64_t seed = 0;
};
AiSettings ReadSettings(duckdb::ClientContext& context);

BudgetLimits ReadBudget(duckdb::ClientContext& context);

struct LedgerSettings {
  std::string path;  // empty = no ledger
  int64_t max_bytes = 0;
};
LedgerSettings ReadLedger(duckdb::ClientContext& context);

// The local name that `name` stands for (ai_model_alias), or `name` itself.
std::string ResolveAlias(duckdb::ClientContext& context, const std::string& name);

}  // namespace fathom
