// Is a model there? Asked when a query is bound or a setting made, before any model is loaded.
#pragma once

#include <string>
#include <string_view>

#include "duck/duckdb_api.h"

namespace fathom {

// Errors: BinderException in the registry's words (which models there are, how to get more), with
// `who` in front ("ai_filter", "ai_model").
void CheckModelName(duckdb::ClientContext& context, std::string_view who, const std::string& name);

}  // namespace fathom
