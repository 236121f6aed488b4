#include "duck/text_functions.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text_quality.h"
#include "duck/call_options.h"
#include "duck/register_function.h"
#include "semantic/pii/find_pii.h"
#include "semantic/pii/redact.h"

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

// text_quality

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

// ai_redact

constexpr char kRedact[] = "ai_redact";
constexpr std::string_view kRedactOptions[] = {"details"};

struct RedactData : public duckdb::FunctionData {
  RedactData(PiiCategories categories, bool details) : categories(categories), details(details) {}
  duckdb::unique_ptr<FunctionData> Copy() const override {
    return duckdb::make_uniq<RedactData>(categories, details);
  }
  bool Equals(const FunctionData& other) const override {
    const auto* that = dynamic_cast<const RedactData*>(&other);
    return that != nullptr && categories == that->categories && details == that->details;
  }
  PiiCategories categories;
  bool details;
};

LogicalType SpansType() {
  return LogicalType::LIST(LogicalType::STRUCT({{"start", LogicalType::BIGINT},
                                                {"end", LogicalType::BIGINT},
                                                {"category", LogicalType::VARCHAR},
                                                {"text", LogicalType::VARCHAR}}));
}

LogicalType RedactedType() {
  return LogicalType::STRUCT({{"value", LogicalType::VARCHAR}, {"spans", SpansType()}});
}

// What the rules find, but days and web names: they are seldom meant.
PiiCategories DefaultCategories() {
  PiiCategories categories;
  for (size_t i = 0; i < kPiiCategoryCount; ++i) {
    const auto category = static_cast<PiiCategory>(i);
    const bool left_out = category == PiiCategory::kDate || category == PiiCategory::kUrl;
    if (PiiCategories::ByRule().Has(category) && !left_out) {
      categories = categories | PiiCategories{category};
    }
  }
  return categories;
}

std::string NamesOf(PiiCategories categories) {
  std::string names;
  for (size_t i = 0; i < kPiiCategoryCount; ++i) {
    const auto category = static_cast<PiiCategory>(i);
    if (!categories.Has(category)) continue;
    if (!names.empty()) names += ", ";
    names += PiiCategoryName(category);
  }
  return names;
}

PiiCategories ReadCategories(const Value& value) {
  PiiCategories categories;
  for (const std::string& name : ReadTextList(kRedact, "the category list", value)) {
    const auto named = PiiCategoriesNamed(name);
    if (!named) {
      throw duckdb::BinderException("ai_redact: there is no category '" + name +
                                    "'; known: " + NamesOf(PiiCategories::ByRule()));
    }
    if (!(*named & PiiCategories::ByModel()).IsEmpty()) {
      throw duckdb::BinderException("ai_redact: '" + name +
                                    "' cannot be found by rule, and asking a model for it is not "
                                    "supported; known: " +
                                    NamesOf(PiiCategories::ByRule()));
    }
    categories = categories | *named;
  }
  if (categories.IsEmpty()) throw duckdb::BinderException("ai_redact: the category list is empty");
  return categories;
}

duckdb::unique_ptr<duckdb::FunctionData> BindRedact(
    duckdb::ClientContext& context, ScalarFunction& function,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
  if (arguments.size() > 3) {
    throw duckdb::BinderException("ai_redact: usage: ai_redact(text [, categories] [, options])");
  }
  PiiCategories categories = DefaultCategories();
  CallOptions options;
  for (size_t i = 1; i < arguments.size(); ++i) {
    const Value value = FoldConstant(context, kRedact, "the category list", *arguments[i]);
    const bool is_last = i + 1 == arguments.size();
    if (is_last && value.type().id() == duckdb::LogicalTypeId::STRUCT) {
      ReadOptions(kRedact, kRedactOptions, value, &options);
    } else {
      categories = ReadCategories(value);
    }
  }
  arguments.erase(arguments.begin() + 1, arguments.end());
  function.arguments = {LogicalType::VARCHAR};
  function.varargs = LogicalType(duckdb::LogicalTypeId::INVALID);
  function.SetReturnType(options.details ? RedactedType() : LogicalType::VARCHAR);
  return duckdb::make_uniq<RedactData>(categories, options.details);
}

Value RedactedValue(std::string_view text, const std::vector<PiiSpan>& spans) {
  duckdb::vector<Value> list;
  for (const PiiSpan& span : spans) {
    const std::string_view found = text.substr(span.begin, span.end - span.begin);
    const int64_t start = Characters(text.substr(0, span.begin));
    list.push_back(Value::STRUCT(
        duckdb::ListType::GetChildType(SpansType()),
        {Value::BIGINT(start), Value::BIGINT(start + Characters(found)),
         Value(std::string(PiiCategoryName(span.category))), Value(std::string(found))}));
  }
  return Value::STRUCT(RedactedType(),
                       {Value(Redact(text, spans)),
                        Value::LIST(duckdb::ListType::GetChildType(SpansType()), std::move(list))});
}

void RedactTexts(duckdb::DataChunk& arguments, duckdb::ExpressionState& state, Vector& result) {
  const auto& data =
      state.expr.Cast<duckdb::BoundFunctionExpression>().bind_info->Cast<RedactData>();
  duckdb::UnifiedVectorFormat texts;
  arguments.data[0].ToUnifiedFormat(arguments.size(), texts);
  for (size_t row = 0; row < arguments.size(); ++row) {
    const auto index = texts.sel->get_index(row);
    if (!texts.validity.RowIsValid(index)) {
      result.SetValue(row, Value(result.GetType()));
      continue;
    }
    const auto text = View(duckdb::UnifiedVectorFormat::GetData<string_t>(texts)[index]);
    const std::vector<PiiSpan> spans = FindPii(text, data.categories);
    if (data.details) {
      result.SetValue(row, RedactedValue(text, spans));
    } else {
      duckdb::FlatVector::GetData<string_t>(result)[row] =
          StringVector::AddString(result, Redact(text, spans));
    }
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
  ScalarFunction redact(kRedact, {LogicalType::VARCHAR}, LogicalType::ANY, RedactTexts, BindRedact);
  redact.varargs = LogicalType::ANY;
  redact.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  RegisterFunction(loader, std::move(redact),
                   {{"text"},
                    "The text with personal data replaced by its category",
                    "ai_redact(txt, ['EMAIL', 'PHONE'])"});
}

}  // namespace fathom
