#include "duck/redact_function.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "duck/ai_scalar.h"
#include "duck/call_binder.h"
#include "duck/call_options.h"
#include "duck/register_function.h"
#include "semantic/pii/find_pii.h"
#include "semantic/pii/redact.h"

namespace fathom {
namespace {

using duckdb::ClientContext;
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

constexpr char kRedact[] = "ai_redact";
constexpr std::string_view kRuleOptions[] = {"details"};
constexpr std::string_view kModelOptions[] = {"details", "model", "max_tokens", "on_long"};

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
                                    "'; known: " + NamesOf(PiiCategories::ByRule()) +
                                    ", and by model " + NamesOf(PiiCategories::ByModel()));
    }
    categories = categories | *named;
  }
  if (categories.IsEmpty()) throw duckdb::BinderException("ai_redact: the category list is empty");
  return categories;
}

// The call becomes one that a model answers (ai_scalar.h). `options`: place of that argument.
duckdb::unique_ptr<duckdb::FunctionData> BindRedactByModel(ClientContext& context,
                                                           ScalarFunction& function,
                                                           CallBinder::Arguments& arguments,
                                                           PiiCategories categories,
                                                           size_t options) {
  CallBinder call(context, kRedact, arguments);
  call.Options(options, kModelOptions);
  const bool with_spans = std::exchange(call.options.details, false);
  call.WholeInput(0);
  function = AiScalarFunction(kRedact, nullptr);
  auto task = MakeRedactTask({{"", ""}, {0}}, categories, with_spans, std::move(call.options.task));
  std::optional<AnswerDeclaration> declared;
  if (with_spans) declared = AnswerDeclaration{.format = {}, .type = RedactedType()};
  return call.Finish(function, std::move(task), std::move(declared));
}

duckdb::unique_ptr<duckdb::FunctionData> BindRedact(
    duckdb::ClientContext& context, ScalarFunction& function,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
  if (arguments.size() > 3) {
    throw duckdb::BinderException("ai_redact: usage: ai_redact(text [, categories] [, options])");
  }
  PiiCategories categories = DefaultCategories();
  size_t next = 1;
  if (next < arguments.size() &&
      arguments[next]->return_type.id() != duckdb::LogicalTypeId::STRUCT) {
    categories =
        ReadCategories(FoldConstant(context, kRedact, "the category list", *arguments[next++]));
  }
  if (!(categories & PiiCategories::ByModel()).IsEmpty()) {
    return BindRedactByModel(context, function, arguments, categories, next);
  }
  CallOptions options;
  for (; next < arguments.size(); ++next) {
    const Value value = FoldConstant(context, kRedact, "the options", *arguments[next]);
    ReadOptions(kRedact, kRuleOptions, value, &options);
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

void RegisterRedactFunction(duckdb::ExtensionLoader& loader) {
  ScalarFunction redact(kRedact, {LogicalType::VARCHAR}, LogicalType::ANY, RedactTexts, BindRedact);
  redact.varargs = LogicalType::ANY;
  redact.SetNullHandling(duckdb::FunctionNullHandling::SPECIAL_HANDLING);
  RegisterFunction(loader, std::move(redact),
                   {{"text"},
                    "The text with personal data replaced by its category",
                    "ai_redact(txt, ['EMAIL', 'PHONE'])"});
}

}  // namespace fathom
