// SQL functions over texts that ask no model: text_quality, ai_redact.
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

void RegisterTextFunctions(duckdb::ExtensionLoader& loader);

}  // namespace fathom
