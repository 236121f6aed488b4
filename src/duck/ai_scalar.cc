#include "duck/ai_scalar.h"

#include <set>
#include <vector>

#include "duck/ai_call.h"
#include "duck/answer_vector.h"
#include "duck/query_state.h"
#include "duck/row_cursor.h"

namespace fathom {
namespace {

using duckdb::ClientContext;
using duckdb::LogicalType;
using duckdb::ScalarFunction;

void AnswerVector(duckdb::DataChunk& arguments, duckdb::ExpressionState& state,
                  duckdb::Vector& result) {
  ClientContext& context = state.GetContext();
  const std::shared_ptr<const AiCall> call = AsAiCall(state.expr);
  QueryState& query = QueryState::Of(context);
  query.monitor().CountCall(call.get());
  std::vector<MemoEntry*> entries;
  MemoReader memo(query.Memo(*call));
  InternRows(*call, memo, arguments, 0, &entries);
  std::set<MemoEntry*> seen;
  std::vector<MemoEntry*> distinct;
  for (MemoEntry* entry : entries) {
    if (entry != nullptr && seen.insert(entry).second) distinct.push_back(entry);
  }
  query.AnswerAll(context, *call, distinct, {.total = std::ssize(distinct)});
  query.CountRows(/*id=*/0, WriteAnswers(*call, entries, query.monitor(), result));
}

// DuckDB copies a plan (a CTE that is read twice) by writing it out and reading it back, which
// binds the functions again; a bound call has no constant arguments left to bind. It keeps the plan
// as it is where a function says so.
void RefuseToBeWritten(duckdb::Serializer&, duckdb::optional_ptr<duckdb::FunctionData>,
                       const ScalarFunction& function) {
  throw duckdb::NotImplementedException(function.name + " cannot be part of a stored plan");
}

duckdb::unique_ptr<duckdb::FunctionData> RefuseToBeRead(duckdb::Deserializer&,
                                                        ScalarFunction& function) {
  throw duckdb::NotImplementedException(function.name + " cannot be part of a stored plan");
}

}  // namespace

ScalarFunction AiScalarFunction(const std::string& name, duckdb::bind_scalar_function_t bind) {
  ScalarFunction function(name, {LogicalType::ANY}, LogicalType::ANY, AnswerVector, bind);
  function.varargs = LogicalType::ANY;
  // Volatile: no folding of constants and no merging of equal calls before the rule has seen them.
  function.SetVolatile();
  function.SetFallible();
  function.SetSerializeCallback(RefuseToBeWritten);
  function.SetDeserializeCallback(RefuseToBeRead);
  function.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  return function;
}

}  // namespace fathom
