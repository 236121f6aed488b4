// SQL functions enter the catalogue with what `duckdb_functions()` says of them.
#pragma once

#include <string>

#include "duck/duckdb_api.h"

namespace fathom {

struct FunctionAbout {
  duckdb::vector<std::string> parameters;
  std::string text;
  std::string example;
};

void RegisterFunction(duckdb::ExtensionLoader& loader, duckdb::ScalarFunction function,
                      FunctionAbout about);
void RegisterFunction(duckdb::ExtensionLoader& loader, duckdb::AggregateFunction function,
                      FunctionAbout about);

}  // namespace fathom
