#include "duck/call_options.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "duck/cell_text.h"

namespace fathom {
namespace {

using duckdb::BinderException;
using duckdb::LogicalTypeId;
using duckdb::Value;

[[noreturn]] void Fail(std::string_view function, const std::string& message) {
  throw BinderException(std::string(function) + ": " + message);
}

std::string Quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

std::string OptionName(std::string_view name) { return "option " + Quoted(name); }

[[noreturn]] void FailType(std::string_view function, std::string_view what,
                           const std::string& wanted, const Value& value) {
  const std::string found = value.IsNull() ? "NULL" : value.type().ToString();
  Fail(function, std::string(what) + " must be " + wanted + ", not " + found);
}

bool IsList(const Value& value) {
  return !value.IsNull() && value.type().id() == LogicalTypeId::LIST;
}

bool IsStruct(const Value& value) {
  return !value.IsNull() && value.type().id() == LogicalTypeId::STRUCT;
}

// A literal list or struct keeps literal types; ['a', 'b'] can also come as an array.
Value AsList(const Value& value) {
  if (value.IsNull() || value.type().id() != LogicalTypeId::ARRAY) return value;
  return value.DefaultCastAs(
      duckdb::LogicalType::LIST(duckdb::ArrayType::GetChildType(value.type())));
}

int64_t ReadInteger(std::string_view function, std::string_view what, const Value& value,
                    int64_t min, int64_t max) {
  const std::string wanted =
      "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  if (value.IsNull() || !value.type().IsIntegral()) FailType(function, what, wanted, value);
  Value number;
  std::string error;
  const bool fits = value.DefaultTryCastAs(duckdb::LogicalType::BIGINT, number, &error);
  if (!fits || number.GetValue<int64_t>() < min || number.GetValue<int64_t>() > max) {
    Fail(function, std::string(what) + " must be " + wanted + ", not " + value.ToString());
  }
  return number.GetValue<int64_t>();
}

double ReadTemperature(std::string_view function, std::string_view what, const Value& value) {
  constexpr double kMax = 2;  // above it, the distribution is close to noise
  if (value.IsNull() || !value.type().IsNumeric()) FailType(function, what, "a number", value);
  const double number = value.GetValue<double>();
  if (!(number >= 0 && number <= kMax)) {
    Fail(function, std::string(what) + " must be from 0 to 2, not " + value.ToString());
  }
  return number;
}

// One of `choices`.
std::string ReadChoice(std::string_view function, std::string_view what, const Value& value,
                       std::span<const std::string_view> choices) {
  const std::string text = ReadText(function, what, value);
  if (std::ranges::find(choices, text) != choices.end()) return text;
  std::string list;
  for (std::string_view choice : choices) list += (list.empty() ? "" : " or ") + Quoted(choice);
  Fail(function, std::string(what) + " must be " + list + ", not " + Quoted(text));
}

// The texts of an example's answer: a text, a list of texts, a number or a boolean; a struct is its
// JSON. REQUIRES !value.IsNull()
std::vector<std::string> ReadExampleOutput(std::string_view function, const Value& value) {
  if (IsList(AsList(value))) return ReadTextList(function, "an example's output", value);
  if (IsStruct(value)) return {ToJson(value)};
  if (value.type().IsNested()) FailType(function, "an example's output", "text", value);
  return {value.ToString()};
}

Example ReadExample(std::string_view function, const Value& value) {
  constexpr char kForm[] = "option 'examples' must be a list of {'input': ..., 'output': ...}";
  if (!IsStruct(value)) Fail(function, kForm);
  Example example;
  bool has_input = false;
  const auto& fields = duckdb::StructValue::GetChildren(value);
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string& name = duckdb::StructType::GetChildName(value.type(), i);
    if (name == "input") {
      example.input = ReadText(function, "an example's input", fields[i]);
      has_input = true;
    } else if (name == "output" || name == "label") {
      // DuckDB gives all entries of a list the fields of each: those not written are NULL.
      if (!fields[i].IsNull()) example.output = ReadExampleOutput(function, fields[i]);
    } else {
      Fail(function, std::string(kForm) + "; it has a field " + Quoted(name));
    }
  }
  if (!has_input || example.output.empty()) Fail(function, kForm);
  return example;
}

void ReadExamples(std::string_view function, const Value& value, CallOptions* options) {
  const Value list = AsList(value);
  if (!IsList(list)) FailType(function, OptionName("examples"), "a list", value);
  for (const Value& example : duckdb::ListValue::GetChildren(list)) {
    options->task.examples.push_back(ReadExample(function, example));
  }
}

void ReadScale(std::string_view function, const Value& value, CallOptions* options) {
  const Value list = AsList(value);
  if (!IsList(list) || duckdb::ListValue::GetChildren(list).size() != 2) {
    Fail(function, "option 'scale' must be a list of two whole numbers, like [1, 5]");
  }
  constexpr int64_t kLimit = 1'000'000;
  const auto& ends = duckdb::ListValue::GetChildren(list);
  const auto end = [&](size_t i) {
    return static_cast<int>(ReadInteger(function, OptionName("scale"), ends[i], -kLimit, kLimit));
  };
  options->scale_low = end(0);
  options->scale_high = end(1);
}

void ReadOption(std::string_view function, const std::string& name, const Value& value,
                CallOptions* options) {
  constexpr std::string_view kOutputModes[] = {"single", "multi"};
  constexpr std::string_view kOnLong[] = {"fail", "truncate"};
  constexpr std::string_view kOnDegenerate[] = {"pass", "trim", "fail"};
  constexpr int64_t kMaxTokens = 1'000'000;  // far above any context: the model sets the real bound
  const std::string what = OptionName(name);
  if (name == "task") {
    options->task.task = ReadText(function, what, value);
  } else if (name == "examples") {
    ReadExamples(function, value, options);
  } else if (name == "output_mode") {
    options->task.multi = ReadChoice(function, what, value, kOutputModes) == "multi";
  } else if (name == "model") {
    options->model = ReadText(function, what, value);
  } else if (name == "max_tokens") {
    options->task.max_tokens = static_cast<int>(ReadInteger(function, what, value, 1, kMaxTokens));
  } else if (name == "temperature") {
    options->task.temperature = ReadTemperature(function, what, value);
  } else if (name == "on_long") {
    const bool truncate = ReadChoice(function, what, value, kOnLong) == "truncate";
    options->task.rows.on_long = truncate ? OnLong::kTruncate : OnLong::kFail;
  } else if (name == "on_degenerate_input") {
    const std::string choice = ReadChoice(function, what, value, kOnDegenerate);
    options->task.rows.on_degenerate = choice == "pass"   ? OnDegenerate::kPass
                                       : choice == "trim" ? OnDegenerate::kTrim
                                                          : OnDegenerate::kFail;
  } else if (name == "language") {
    options->language = &ReadLanguage(function, what, value);
  } else if (name == "symmetric") {
    options->symmetric = ReadBoolean(function, what, value);
  } else if (name == "details") {
    options->details = ReadBoolean(function, what, value);
  } else if (name == "quotes") {
    options->quotes = ReadBoolean(function, what, value);
  } else if (name == "verbatim") {
    options->task.verbatim = ReadBoolean(function, what, value);
  } else if (name == "response_format") {
    options->response_format = value;
  } else if (name == "scale") {
    ReadScale(function, value, options);
  } else {
    FATHOM_ASSERT(false);  // every known option is read above
  }
}

}  // namespace

Value FoldConstant(duckdb::ClientContext& context, std::string_view function, std::string_view what,
                   const duckdb::Expression& argument) {
  if (argument.HasParameter()) throw duckdb::ParameterNotResolvedException();
  if (!argument.IsFoldable()) {
    Fail(function, std::string(what) + " must be a constant, the same for every row");
  }
  return duckdb::ExpressionExecutor::EvaluateScalar(context, argument);
}

bool ReadBoolean(std::string_view function, std::string_view what, const Value& value) {
  if (value.IsNull() || value.type().id() != LogicalTypeId::BOOLEAN) {
    FailType(function, what, "TRUE or FALSE", value);
  }
  return value.GetValue<bool>();
}

std::string ReadText(std::string_view function, std::string_view what, const Value& value) {
  if (value.IsNull() || value.type().id() != LogicalTypeId::VARCHAR) {
    FailType(function, what, "text", value);
  }
  return value.ToString();
}

std::vector<std::string> ReadTextList(std::string_view function, std::string_view what,
                                      const Value& value) {
  const Value list = AsList(value);
  if (!IsList(list)) FailType(function, what, "a list of texts, like ['a', 'b']", value);
  std::vector<std::string> texts;
  for (const Value& text : duckdb::ListValue::GetChildren(list)) {
    texts.push_back(ReadText(function, "each entry of " + std::string(what), text));
  }
  return texts;
}

std::vector<Label> ReadLabels(std::string_view function, const Value& value) {
  constexpr char kForm[] =
      "the label list must be like ['a', 'b'] or [{'label': 'a', 'description': '...'}, ...]";
  const Value list = AsList(value);
  if (!IsList(list)) {
    Fail(function, std::string(kForm) + ", not " +
                       (value.IsNull() ? std::string("NULL") : value.type().ToString()));
  }
  std::vector<Label> labels;
  for (const Value& entry : duckdb::ListValue::GetChildren(list)) {
    Label& label = labels.emplace_back();
    if (!IsStruct(entry)) {
      label.label = ReadText(function, "each label", entry);
      continue;
    }
    const auto& fields = duckdb::StructValue::GetChildren(entry);
    for (size_t i = 0; i < fields.size(); ++i) {
      const std::string& name = duckdb::StructType::GetChildName(entry.type(), i);
      if (name == "label") {
        label.label = ReadText(function, "each label", fields[i]);
      } else if (name == "description") {
        if (!fields[i].IsNull()) {
          label.description = ReadText(function, "each label's description", fields[i]);
        }
      } else {
        Fail(function, std::string(kForm) + "; it has a field " + Quoted(name));
      }
    }
  }
  return labels;
}

const NaturalLanguage& ReadLanguage(std::string_view function, std::string_view what,
                                    const Value& value) {
  const std::string text = ReadText(function, what, value);
  if (const NaturalLanguage* language = FindLanguage(text)) return *language;
  std::string known;
  for (const NaturalLanguage& language : Languages()) {
    known += (known.empty() ? "" : ", ") + std::string(language.code);
  }
  Fail(function, std::string(what) + " must be a language, not " + Quoted(text) +
                     "; known: " + known + ", and their English names");
}

void ReadOptions(std::string_view function, std::span<const std::string_view> known,
                 const Value& value, CallOptions* options) {
  if (!IsStruct(value)) {
    FailType(function, "the options", "a STRUCT, like {'details': true}", value);
  }
  const auto& fields = duckdb::StructValue::GetChildren(value);
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string name =
        duckdb::StringUtil::Lower(duckdb::StructType::GetChildName(value.type(), i));
    if (std::ranges::find(known, name) == known.end()) {
      std::string list;
      for (std::string_view option : known) {
        list += (list.empty() ? "" : ", ") + std::string(option);
      }
      Fail(function, "unknown option " + Quoted(name) + "; known: " + list);
    }
    ReadOption(function, name, fields[i], options);
  }
}

}  // namespace fathom
