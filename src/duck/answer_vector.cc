#include "duck/answer_vector.h"

#include <optional>
#include <string>
#include <variant>

#include "duck/json_value.h"
#include "duck/quote_map.h"
#include "semantic/answer_codec.h"
#include "semantic/typed/json_answer.h"

namespace fathom {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

duckdb::vector<Value> TextValues(const std::vector<std::string>& texts) {
  duckdb::vector<Value> values;
  for (const std::string& text : texts) values.emplace_back(text);
  return values;
}

Value MapOfText(const TextMap& map) {
  duckdb::vector<Value> keys;
  duckdb::vector<Value> values;
  for (const auto& [key, value] : map) {
    keys.emplace_back(key);
    values.emplace_back(value);
  }
  return Value::MAP(LogicalType::VARCHAR, LogicalType::VARCHAR, keys, values);
}

// A value of `type`, the call's.
struct ToValue {
  const LogicalType& type;

  Result<Value> operator()(bool value) const { return Value::BOOLEAN(value); }
  Result<Value> operator()(double value) const { return Value::DOUBLE(value); }
  Result<Value> operator()(const std::string& value) const { return Value(value); }
  Result<Value> operator()(const std::vector<std::string>& value) const {
    return Value::LIST(LogicalType::VARCHAR, TextValues(value));
  }
  Result<Value> operator()(const TextMap& value) const { return MapOfText(value); }
  Result<Value> operator()(const JsonText& value) const {
    FATHOM_ASSIGN_OR_RETURN(const JsonNode root, TreeOf(value));
    return ToSqlValue(root, type);
  }
};

std::string Reason(const Error& error) {
  const std::string code = ErrorCodeName(error.code);
  return error.message.empty() ? code : code + ": " + error.message;
}

Value Details(const AiCall& call, const LogicalType& type, const MemoEntry& entry,
              const Result<Value>& value) {
  const LogicalType& value_type = duckdb::StructType::GetChildType(type, 0);
  const bool ok = value.ok();
  duckdb::vector<Value> fields;
  fields.push_back(ok ? *value : Value(value_type));
  fields.push_back(ok ? Value(LogicalType::VARCHAR) : Value(Reason(value.error())));
  fields.push_back(ok ? Value::DOUBLE(entry.answer()->confidence) : Value(LogicalType::DOUBLE));
  fields.emplace_back(call.model);
  fields.push_back(Value::BOOLEAN(entry.from_ledger()));
  if (call.quotes)
    fields.push_back(ok ? QuoteMap(call, entry)
                        : Value(LogicalType::MAP(LogicalType::VARCHAR, QuoteType())));
  return Value::STRUCT(type, std::move(fields));
}

// Labels are mostly short: what fits into the cell itself needs no memory of the vector's.
duckdb::string_t TextCell(const std::string& text, duckdb::Vector& result) {
  if (text.size() > duckdb::string_t::INLINE_LENGTH) {
    return duckdb::StringVector::AddString(result, text);
  }
  return {text.data(), static_cast<uint32_t>(text.size())};
}

// Bare values of fixed width and texts are written as they are; false: the rest goes through Value.
bool WriteBare(const TaskValue& value, size_t row, duckdb::Vector& result) {
  if (const bool* boolean = std::get_if<bool>(&value)) {
    duckdb::FlatVector::GetData<bool>(result)[row] = *boolean;
  } else if (const double* number = std::get_if<double>(&value)) {
    duckdb::FlatVector::GetData<double>(result)[row] = *number;
  } else if (const std::string* text = std::get_if<std::string>(&value)) {
    duckdb::FlatVector::GetData<duckdb::string_t>(result)[row] = TextCell(*text, result);
  } else {
    return false;
  }
  return true;
}

// Returns why the row failed, if it did.
std::optional<Error> WriteOne(const AiCall& call, const LogicalType& type, const MemoEntry& entry,
                              size_t row, duckdb::Vector& result) {
  const Result<Answer>& answer = entry.answer();
  if (!call.details && answer.ok() && WriteBare(answer->value, row, result)) return std::nullopt;
  const LogicalType& value_type = call.details ? duckdb::StructType::GetChildType(type, 0) : type;
  const Result<Value> value =
      answer.ok() ? std::visit(ToValue{value_type}, answer->value) : answer.error();
  if (call.details) {
    result.SetValue(row, Details(call, type, entry, value));
  } else if (value.ok()) {
    result.SetValue(row, *value);
  } else {
    duckdb::FlatVector::SetNull(result, row, true);
  }
  if (value.ok()) return std::nullopt;
  return value.error();
}

}  // namespace

int64_t WriteAnswers(const AiCall& call, std::span<MemoEntry* const> entries, RunMonitor& monitor,
                     duckdb::Vector& result) {
  const LogicalType type = result.GetType();
  int64_t rows = 0;
  for (size_t row = 0; row < entries.size(); ++row) {
    if (entries[row] == nullptr) {
      duckdb::FlatVector::SetNull(result, row, true);
      continue;
    }
    ++rows;
    const std::optional<Error> failure = WriteOne(call, type, *entries[row], row, result);
    if (!failure) continue;
    monitor.CountFailure(call.function, *failure, DecodeInput(entries[row]->key(), call.arguments));
    if (call.fail_on_error) {
      throw duckdb::InvalidInputException(
          call.function + ": a row failed (" + Reason(*failure) +
          "); SET ai_on_error = 'null' makes failed rows NULL instead");
    }
  }
  return rows;
}

}  // namespace fathom
