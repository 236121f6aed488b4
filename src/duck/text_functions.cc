#include "duck/text_functions.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text_quality.h"
#include "duck/register_function.h"

namespace fathom {
namespace {

using duckdb::LogicalType;
using duckdb::ScalarFunction;
using duckdb::string_t;
using duckdb::StringVector;
using duckdb::Value;
using duckdb::Vector;

std::string_view View(const string_t& text) { return {text.GetData(), text.GetSize()}; }

int64_t Characters(std::string_view text) {
  return std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; });
}

LogicalType QualityType() {
  return LogicalType::STRUCT({{"ok", LogicalType::BOOLEAN},
                              {"kind", LogicalType::VARCHAR},
                              {"characters", LogicalType::BIGINT},
                              {"readable_until", LogicalType::BIGINT},
                              {"loop_begin", LogicalType::BIGINT},
                              {"period", LogicalType::BIGINT},
                              {"repeats", LogicalType::BIGINT},
                              {"broken_characters", LogicalType::BIGINT},
                              {"mojibake_characters", LogicalType::BIGINT},
                              {"control_characters", LogicalType::BIGINT}});
}

Value QualityValue(const TextQuality& quality) {
  const auto number = [](size_t value) { return Value::BIGINT(static_cast<int64_t>(value)); };
  const auto of_loop = [&](size_t value) {
    return quality.repeats > 0 ? number(value) : Value(LogicalType::BIGINT);
  };
  return Value::STRUCT(QualityType(),
                       {Value::BOOLEAN(quality.ok()), Value(TextDefectName(quality.kind)),
                        number(quality.characters), number(quality.readable_characters),
                        of_loop(quality.loop_begin_characters), of_loop(quality.period_characters),
                        of_loop(quality.repeats), number(quality.broken_characters),
                        number(quality.mojibake_characters), number(quality.control_characters)});
}

void AssessTexts(duckdb::DataChunk& arguments, duckdb::ExpressionState&, Vector& result) {
  duckdb::UnifiedVectorFormat texts;
  arguments.data[0].ToUnifiedFormat(arguments.size(), texts);
  for (size_t row = 0; row < arguments.size(); ++row) {
    const auto index = texts.sel->get_index(row);
    if (!texts.validity.RowIsValid(index)) {
      result.SetValue(row, Value(QualityType()));
      continue;
    }
    const auto& text = duckdb::UnifiedVectorFormat::GetData<string_t>(texts)[index];
    result.SetValue(row, QualityValue(AssessText(View(text))));
  }
}

}  // namespace

void RegisterTextFunctions(duckdb::ExtensionLoader& loader) {
  ScalarFunction quality("text_quality", {LogicalType::VARCHAR}, QualityType(), AssessTexts);
  quality.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  RegisterFunction(loader, std::move(quality),
                   {{"text"},
                    "Is the text sound, and where does it fall into a loop or break down?",
                    "text_quality(txt).ok"});
}

}  // namespace fathom
