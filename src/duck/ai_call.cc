#include "duck/ai_call.h"

namespace fathom {
namespace {

using duckdb::LogicalType;

LogicalType BareType(ValueType type) {
  switch (type) {
    case ValueType::kBoolean: return LogicalType::BOOLEAN;
    case ValueType::kDouble: return LogicalType::DOUBLE;
    case ValueType::kVarchar: return LogicalType::VARCHAR;
    case ValueType::kVarcharList: return LogicalType::LIST(LogicalType::VARCHAR);
    case ValueType::kVarcharMap:
      return LogicalType::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR);
  }
  FATHOM_ASSERT(false);
  return LogicalType::VARCHAR;
}

}  // namespace

LogicalType ReturnType(const AiCall& call) {
  LogicalType value = BareType(call.task->value_type());
  if (!call.details) return value;
  return LogicalType::STRUCT({{"value", std::move(value)},
                              {"error", LogicalType::VARCHAR},
                              {"confidence", LogicalType::DOUBLE},
                              {"model", LogicalType::VARCHAR},
                              {"cached", LogicalType::BOOLEAN}});
}

duckdb::unique_ptr<duckdb::FunctionData> AiBindData::Copy() const {
  return duckdb::make_uniq<AiBindData>(call);
}

bool AiBindData::Equals(const duckdb::FunctionData& other) const {
  const auto* same_kind = dynamic_cast<const AiBindData*>(&other);
  if (same_kind == nullptr) return false;
  const AiCall& that = *same_kind->call;
  return call->identity == that.identity && call->details == that.details &&
         call->symmetric == that.symmetric && call->fail_on_error == that.fail_on_error;
}

std::shared_ptr<const AiCall> AsAiCall(const duckdb::Expression& expression) {
  if (expression.GetExpressionClass() != duckdb::ExpressionClass::BOUND_FUNCTION) return nullptr;
  const auto& function = expression.Cast<duckdb::BoundFunctionExpression>();
  const auto* data = dynamic_cast<const AiBindData*>(function.bind_info.get());
  return data == nullptr ? nullptr : data->call;
}

}  // namespace fathom
