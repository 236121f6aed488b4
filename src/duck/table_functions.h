// ai_models() and ai_run_errors().
#pragma once

#include "duck/duckdb_api.h"

namespace fathom {

// ai_models()      name, installed, bytes, description of every known model
// ai_run_errors()  reason, rows, example: the failed rows of the last statement that had any ai_*
//                  call, grouped by reason
void RegisterTableFunctions(duckdb::ExtensionLoader& loader);

}  // namespace fathom
