// The settings of the ai_* functions: SET name = value, shown by duckdb_settings().
#pragma once

#include <cstdint>
#include <string>

#include "duck/duckdb_api.h"

namespace fathom {

// ai_model        VARCHAR  the model that answers when a call names none
// ai_model_alias  MAP      foreign model names and the local ones that stand in for them
// ai_on_error     VARCHAR  'null': a failed row is NULL and counted; 'fail': it ends the query
// ai_seed         BIGINT   of sampled decoding (temperature > 0)
void RegisterSettings(duckdb::DatabaseInstance& database, const std::string& default_model);

struct AiSettings {
  std::string model;
  bool fail_on_error = false;
  uint64_t seed = 0;
};
AiSettings ReadSettings(duckdb::ClientContext& context);

// The local name that `name` stands for (ai_model_alias), or `name` itself.
std::string ResolveAlias(duckdb::ClientContext& context, const std::string& name);

}  // namespace fathom
