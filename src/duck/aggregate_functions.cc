#include "duck/aggregate_functions.h"

#include <string>
#include <utility>

#include "duck/call_binder.h"
#include "duck/register_function.h"

namespace fathom {
namespace {

using duckdb::AggregateFunction;
using duckdb::AggregateInputData;
using duckdb::ClientContext;
using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::Vector;
using Arguments = CallBinder::Arguments;
using BindResult = duckdb::unique_ptr<duckdb::FunctionData>;

const OptionNames kAggOptions = WithCommonOptions({"max_tokens", "temperature"});
const OptionNames kSummarizeAggOptions =
    WithCommonOptions({"task", "language", "max_tokens", "temperature"});

BindResult BindAgg(ClientContext& context, AggregateFunction& bound, Arguments& arguments) {
  CallBinder call(context, "ai_agg", arguments);
  call.CheckCount(2, 3, "ai_agg(text, instruction [, options])");
  const std::string instruction = call.Text(1, "the instruction");
  call.options.task.rows.on_degenerate = OnDegenerate::kTrim;
  call.Options(2, kAggOptions);
  call.WholeInput(0);
  return call.Finish(bound, MakeAggregateTask(instruction, call.options.task));
}

BindResult BindSummarizeAgg(ClientContext& context, AggregateFunction& bound,
                            Arguments& arguments) {
  CallBinder call(context, "ai_summarize_agg", arguments);
  call.CheckCount(1, 2, "ai_summarize_agg(text [, options])");
  call.options.task.rows.on_degenerate = OnDegenerate::kTrim;
  call.Options(1, kSummarizeAggOptions);
  call.WholeInput(0);
  return call.Finish(bound, MakeSummarizeAggregateTask(call.options.language, call.options.task));
}

[[noreturn]] void RefuseToRun() {
  throw duckdb::InvalidInputException(
      "ai_agg and ai_summarize_agg work in SELECT with or without GROUP BY, not as window "
      "functions "
      "(OVER), and need the optimizer (PRAGMA enable_optimizer)");
}

idx_t StateSize(const AggregateFunction&) { return 1; }
void Initialize(const AggregateFunction&, duckdb::data_ptr_t) {}
void Update(Vector[], AggregateInputData&, idx_t, Vector&, idx_t) { RefuseToRun(); }
void SimpleUpdate(Vector[], AggregateInputData&, idx_t, duckdb::data_ptr_t, idx_t) {
  RefuseToRun();
}
void Combine(Vector&, Vector&, AggregateInputData&, idx_t) { RefuseToRun(); }
void Finalize(Vector&, AggregateInputData&, Vector&, idx_t, idx_t) { RefuseToRun(); }

void RefuseToBeWritten(duckdb::Serializer&, duckdb::optional_ptr<duckdb::FunctionData>,
                       const AggregateFunction& function) {
  throw duckdb::NotImplementedException(function.name + " cannot be part of a stored plan");
}

BindResult RefuseToBeRead(duckdb::Deserializer&, AggregateFunction& function) {
  throw duckdb::NotImplementedException(function.name + " cannot be part of a stored plan");
}

void Register(duckdb::ExtensionLoader& loader, const std::string& name,
              duckdb::bind_aggregate_function_t bind, FunctionAbout about) {
  AggregateFunction function(name, {LogicalType::ANY}, LogicalType::ANY, StateSize, Initialize,
                             Update, Combine, Finalize,
                             duckdb::FunctionNullHandling::SPECIAL_HANDLING, SimpleUpdate, bind);
  function.varargs = LogicalType::ANY;
  function.SetSerializeCallback(RefuseToBeWritten);
  function.SetDeserializeCallback(RefuseToBeRead);
  RegisterFunction(loader, std::move(function), std::move(about));
}

}  // namespace

void RegisterAggregateFunctions(duckdb::ExtensionLoader& loader) {
  Register(loader, "ai_agg", BindAgg,
           {{"text", "instruction"},
            "The model's answer about all texts of a group together",
            "ai_agg(review, 'Which dishes do guests complain about?')"});
  Register(
      loader, "ai_summarize_agg", BindSummarizeAgg,
      {{"text"}, "What all texts of a group say, in a few sentences", "ai_summarize_agg(review)"});
}

}  // namespace fathom
