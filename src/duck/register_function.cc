#include "duck/register_function.h"

#include <utility>

namespace fathom {
namespace {

template <typename Info>
void Register(duckdb::ExtensionLoader& loader, Info info, FunctionAbout about) {
  duckdb::FunctionDescription description;
  description.parameter_names = std::move(about.parameters);
  description.description = std::move(about.text);
  description.examples = {std::move(about.example)};
  info.descriptions.push_back(std::move(description));
  loader.RegisterFunction(std::move(info));
}

}  // namespace

void RegisterFunction(duckdb::ExtensionLoader& loader, duckdb::ScalarFunction function,
                      FunctionAbout about) {
  Register(loader, duckdb::CreateScalarFunctionInfo(std::move(function)), std::move(about));
}

void RegisterFunction(duckdb::ExtensionLoader& loader, duckdb::AggregateFunction function,
                      FunctionAbout about) {
  Register(loader, duckdb::CreateAggregateFunctionInfo(std::move(function)), std::move(about));
}

}  // namespace fathom
