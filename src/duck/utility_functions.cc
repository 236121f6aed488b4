#include "duck/utility_functions.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "duck/call_options.h"
#include "duck/model_names.h"
#include "duck/prompt_function.h"
#include "duck/query_state.h"
#include "duck/register_function.h"
#include "duck/settings.h"
#include "llm/stub_model.h"

namespace fathom {
namespace {

using duckdb::ClientContext;
using duckdb::LogicalType;
using duckdb::ScalarFunction;

constexpr char kCountTokens[] = "ai_count_tokens";

struct CountTokensData : public duckdb::FunctionData {
  explicit CountTokensData(std::string model) : model(std::move(model)) {}
  duckdb::unique_ptr<FunctionData> Copy() const override {
    return duckdb::make_uniq<CountTokensData>(model);
  }
  bool Equals(const FunctionData& other) const override {
    const auto* that = dynamic_cast<const CountTokensData*>(&other);
    return that != nullptr && model == that->model;
  }
  std::string model;
};

duckdb::unique_ptr<duckdb::FunctionData> BindCountTokens(
    ClientContext& context, ScalarFunction& function,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
  if (arguments.size() > 2) {
    throw duckdb::BinderException("ai_count_tokens: usage: ai_count_tokens(input [, model])");
  }
  std::string model = ReadSettings(context).model;
  if (arguments.size() == 2) {
    const auto name = FoldConstant(context, kCountTokens, "the model", *arguments[1]);
    model = ResolveAlias(context, ReadText(kCountTokens, "the model", name));
    arguments.pop_back();
  }
  CheckModelName(context, kCountTokens, model);
  if (IsPromptType(arguments[0]->return_type)) {
    arguments[0] = RenderPrompt(context, std::move(arguments[0]));
  }
  function.arguments = {LogicalType::VARCHAR};
  function.varargs = LogicalType(duckdb::LogicalTypeId::INVALID);
  return duckdb::make_uniq<CountTokensData>(std::move(model));
}

void CountTokens(duckdb::DataChunk& arguments, duckdb::ExpressionState& state,
                 duckdb::Vector& result) {
  const auto& call = state.expr.Cast<duckdb::BoundFunctionExpression>();
  const auto& name = call.bind_info->Cast<CountTokensData>().model;
  Result<std::shared_ptr<LanguageModel>> model =
      QueryState::Of(state.GetContext()).models().Get(name);
  if (!model.ok()) {
    throw duckdb::InvalidInputException("ai_count_tokens: " + model.error().message);
  }
  duckdb::UnaryExecutor::Execute<duckdb::string_t, int64_t>(
      arguments.data[0], result, arguments.size(), [&](duckdb::string_t text) {
        Result<int64_t> count =
            (*model)->CountTokens(std::string_view(text.GetData(), text.GetSize()));
        if (!count.ok()) {
          throw duckdb::InvalidInputException("ai_count_tokens: " + count.error().message);
        }
        return *count;
      });
}

void CountStubCalls(duckdb::DataChunk& arguments, duckdb::ExpressionState&,
                    duckdb::Vector& result) {
  result.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
  duckdb::ConstantVector::GetData<int64_t>(result)[0] = StubCalls();
  static_cast<void>(arguments);
}

}  // namespace

void RegisterUtilityFunctions(duckdb::ExtensionLoader& loader) {
  ScalarFunction count_tokens(kCountTokens, {LogicalType::ANY}, LogicalType::BIGINT, CountTokens,
                              BindCountTokens);
  count_tokens.varargs = LogicalType::ANY;
  count_tokens.SetFallible();
  RegisterFunction(
      loader, std::move(count_tokens),
      {{"input"}, "How many tokens the input is to the model", "ai_count_tokens(txt)"});

  if (std::getenv("FATHOM_STUB") != nullptr) {
    ScalarFunction stub_calls("stub_calls", {}, LogicalType::BIGINT, CountStubCalls);
    stub_calls.SetVolatile();
    loader.RegisterFunction(std::move(stub_calls));
  }
}

}  // namespace fathom
