#include "duck/stub_functions.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "duck/ai_call.h"
#include "duck/answer_vector.h"
#include "duck/query_state.h"
#include "duck/row_cursor.h"
#include "duckdb/catalog/catalog_entry/scalar_function_catalog_entry.hpp"
#include "semantic/answer_codec.h"

namespace fathom {
namespace {

using duckdb::ClientContext;
using duckdb::ScalarFunction;

std::atomic<int64_t> stub_rows{0};

// Not an AiBindData, so that no rule takes the function for an ai_* call.
struct StubBindData : public duckdb::FunctionData {
  explicit StubBindData(std::shared_ptr<const AiCall> call) : call(std::move(call)) {}
  duckdb::unique_ptr<FunctionData> Copy() const override {
    return duckdb::make_uniq<StubBindData>(call);
  }
  bool Equals(const FunctionData& other) const override {
    const auto* that = dynamic_cast<const StubBindData*>(&other);
    return that != nullptr && AiBindData(call).Equals(AiBindData(that->call));
  }
  std::shared_ptr<const AiCall> call;
};

struct BindOfAiFunction : public duckdb::ScalarFunctionInfo {
  explicit BindOfAiFunction(duckdb::bind_scalar_function_t bind) : bind(bind) {}
  duckdb::bind_scalar_function_t bind;
};

duckdb::unique_ptr<duckdb::FunctionData> Bind(
    ClientContext& context, ScalarFunction& bound,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
  const auto bind = static_cast<BindOfAiFunction&>(bound.GetExtraFunctionInfo()).bind;
  const auto data = bind(context, bound, arguments);
  return duckdb::make_uniq<StubBindData>(data->Cast<AiBindData>().call);
}

void AnswerRows(duckdb::DataChunk& arguments, duckdb::ExpressionState& state,
                duckdb::Vector& result) {
  QueryState& query = QueryState::Of(state.GetContext());
  const auto& function = state.expr.Cast<duckdb::BoundFunctionExpression>();
  const AiCall& call = *function.bind_info->Cast<StubBindData>().call;
  MemoTable table;  // gone with the vector
  MemoReader memo(table);
  std::vector<MemoEntry*> entries;
  InternRows(call, memo, arguments, 0, &entries);

  Result<std::shared_ptr<LanguageModel>> model = query.models().Get(call.model);
  if (!model.ok()) throw duckdb::InvalidInputException(model.error().message);
  for (MemoEntry* entry : entries) {
    if (entry == nullptr) continue;
    if (!entry->ready()) {
      const std::vector<std::string> input = DecodeInput(entry->key(), call.arguments);
      const Status status =
          call.task->Run(**model, std::span(&input, 1), {}, [&](size_t, Result<Answer> answer) {
            entry->SetAnswer(std::move(answer), /*from_ledger=*/false);
          });
      if (!status.ok()) throw duckdb::InvalidInputException(status.error().message);
    }
    const Result<Answer>& answer = entry->answer();
    if (answer.ok() || answer.error().code != ErrorCode::kEmptyInput) ++stub_rows;
  }
  query.monitor().CountRows(WriteAnswers(call, entries, query.monitor(), result));
}

void CountStubRows(duckdb::DataChunk&, duckdb::ExpressionState&, duckdb::Vector& result) {
  result.SetVectorType(duckdb::VectorType::CONSTANT_VECTOR);
  duckdb::ConstantVector::GetData<int64_t>(result)[0] = stub_rows;
}

}  // namespace

void RegisterStubFunctions(duckdb::ExtensionLoader& loader) {
  if (std::getenv("FATHOM_STUB") == nullptr) return;
  for (const char* name : {"filter", "classify", "score", "sentiment", "complete"}) {
    ScalarFunction function =
        loader.GetFunction(std::string("ai_") + name).functions.GetFunctionByOffset(0);
    function.name = std::string("stub_") + name;
    function.SetExtraFunctionInfo<BindOfAiFunction>(function.GetBindCallback());
    function.SetBindCallback(Bind);
    function.SetFunctionCallback(AnswerRows);
    function.SetStability(duckdb::FunctionStability::CONSISTENT);
    function.SetErrorMode(duckdb::FunctionErrors::CANNOT_ERROR);
    loader.RegisterFunction(std::move(function));
  }
  ScalarFunction rows("stub_rows", {}, duckdb::LogicalType::BIGINT, CountStubRows);
  rows.SetVolatile();
  loader.RegisterFunction(std::move(rows));
}

}  // namespace fathom
