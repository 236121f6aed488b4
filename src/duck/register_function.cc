#include "duck/register_function.h"

#include <utility>

namespace fathom {

void RegisterFunction(duckdb::ExtensionLoader& loader, duckdb::ScalarFunction function,
                      FunctionAbout about) {
  duckdb::CreateScalarFunctionInfo info(std::move(function));
  duckdb::FunctionDescription description;
  description.parameter_names = std::move(about.parameters);
  description.description = std::move(about.text);
  description.examples = {std::move(about.example)};
  info.descriptions.push_back(std::move(description));
  loader.RegisterFunction(std::move(info));
}

}  // namespace fathom
