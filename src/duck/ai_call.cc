#include "duck/ai_call.h"

namespace fathom {
namespace {

using duckdb::LogicalType;

LogicalType BareType(const AiCall& call) {
  switch (call.task->value_type()) {
    case ValueType::kBoolean: return LogicalType::BOOLEAN;
    case ValueType::kDouble: return LogicalType::DOUBLE;
    case ValueType::kVarchar: return LogicalType::VARCHAR;
    case ValueType::kVarcharList: return LogicalType::LIST(LogicalType::VARCHAR);
    case ValueType::kVarcharMap:
      return LogicalType::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR);
    case ValueType::kJson: return call.declared->type;
  }
  FATHOM_ASSERT(false);
  return LogicalType::VARCHAR;
}

}  // namespace

LogicalType QuoteType() {
  return LogicalType::STRUCT({{"confidence", LogicalType::DOUBLE},
                              {"quote", LogicalType::VARCHAR},
                              {"start", LogicalType::BIGINT},
                              {"end", LogicalType::BIGINT}});
}

LogicalType ReturnType(const AiCall& call) {
  LogicalType value = BareType(call);
  if (!call.details) return value;
  duckdb::child_list_t<LogicalType> parts = {{"value", std::move(value)},
                                             {"error", LogicalType::VARCHAR},
                                             {"confidence", LogicalType::DOUBLE},
                                             {"model", LogicalType::VARCHAR},
                                             {"cached", LogicalType::BOOLEAN}};
  if (call.quotes) {
    parts.emplace_back("fields", LogicalType::MAP(LogicalType::VARCHAR, QuoteType()));
  }
  return LogicalType::STRUCT(std::move(parts));
}

duckdb::unique_ptr<duckdb::FunctionData> AiBindData::Copy() const {
  return duckdb::make_uniq<AiBindData>(call);
}

bool AiBindData::Equals(const duckdb::FunctionData& other) const {
  const auto* same_kind = dynamic_cast<const AiBindData*>(&other);
  if (same_kind == nullptr) return false;
  const AiCall& that = *same_kind->call;
  return call->identity == that.identity && ReturnType(*call) == ReturnType(that) &&
         call->details == that.details && call->symmetric == that.symmetric &&
         call->fail_on_error == that.fail_on_error;
}

std::shared_ptr<const AiCall> AsAiCall(const duckdb::Expression& expression) {
  if (expression.GetExpressionClass() != duckdb::ExpressionClass::BOUND_FUNCTION) return nullptr;
  const auto& function = expression.Cast<duckdb::BoundFunctionExpression>();
  const auto* data = dynamic_cast<const AiBindData*>(function.bind_info.get());
  return data == nullptr ? nullptr : data->call;
}

}  // namespace fathom
