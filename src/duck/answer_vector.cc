#include "duck/answer_vector.h"

#include <string>
#include <variant>

#include "semantic/answer_codec.h"

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

struct ToValue {
  Value operator()(bool value) const { return Value::BOOLEAN(value); }
  Value operator()(double value) const { return Value::DOUBLE(value); }
  Value operator()(const std::string& value) const { return Value(value); }
  Value operator()(const std::vector<std::string>& value) const {
    return Value::LIST(LogicalType::VARCHAR, TextValues(value));
  }
  Value operator()(const TextMap& value) const { return MapOfText(value); }
};

std::string Reason(const Error& error) {
  const std::string code = ErrorCodeName(error.code);
  return error.message.empty() ? code : code + ": " + error.message;
}

Value Details(const AiCall& call, const LogicalType& type, const MemoEntry& entry) {
  const Result<Answer>& answer = entry.answer();
  const LogicalType& value_type = duckdb::StructType::GetChildType(type, 0);
  const bool ok = answer.ok();
  duckdb::vector<Value> fields;
  fields.push_back(ok ? std::visit(ToValue{}, answer->value) : Value(value_type));
  fields.push_back(ok ? Value(LogicalType::VARCHAR) : Value(Reason(answer.error())));
  fields.push_back(ok ? Value::DOUBLE(answer->confidence) : Value(LogicalType::DOUBLE));
  fields.emplace_back(call.model);
  fields.push_back(Value::BOOLEAN(entry.from_ledger()));
  return Value::STRUCT(type, std::move(fields));
}

// Labels are mostly short: what fits into the cell itself needs no memory of the vector's.
duckdb::string_t TextCell(const std::string& text, duckdb::Vector& result) {
  if (text.size() > duckdb::string_t::INLINE_LENGTH) {
    return duckdb::StringVector::AddString(result, text);
  }
  return {text.data(), static_cast<uint32_t>(text.size())};
}

// Bare values of fixed width and texts are written as they are; the rest goes through Value.
void WriteValue(const TaskValue& value, size_t row, duckdb::Vector& result) {
  if (const bool* boolean = std::get_if<bool>(&value)) {
    duckdb::FlatVector::GetData<bool>(result)[row] = *boolean;
  } else if (const double* number = std::get_if<double>(&value)) {
    duckdb::FlatVector::GetData<double>(result)[row] = *number;
  } else if (const std::string* text = std::get_if<std::string>(&value)) {
    duckdb::FlatVector::GetData<duckdb::string_t>(result)[row] = TextCell(*text, result);
  } else {
    result.SetValue(row, std::visit(ToValue{}, value));
  }
}

void WriteOne(const AiCall& call, const LogicalType& type, const MemoEntry& entry, size_t row,
              duckdb::Vector& result) {
  if (call.details) {
    result.SetValue(row, Details(call, type, entry));
  } else if (entry.answer().ok()) {
    WriteValue(entry.answer()->value, row, result);
  } else {
    duckdb::FlatVector::SetNull(result, row, true);
  }
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
    const Result<Answer>& answer = entries[row]->answer();
    if (!answer.ok()) {
      monitor.CountFailure(call.function, answer.error(),
                           DecodeInput(entries[row]->key(), call.arguments));
      if (call.fail_on_error) {
        throw duckdb::InvalidInputException(
            call.function + ": a row failed (" + Reason(answer.error()) +
            "); SET ai_on_error = 'null' makes failed rows NULL instead");
      }
    }
    WriteOne(call, type, *entries[row], row, result);
  }
  return rows;
}

}  // namespace fathom
