#include "duck/quote_map.h"

#include "semantic/answer_codec.h"
#include "semantic/typed/json_answer.h"
#include "semantic/typed/quotes.h"

namespace fathom {
namespace {

using duckdb::LogicalType;
using duckdb::Value;

int64_t Characters(std::string_view text) {
  return std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

Value QuoteValue(std::string_view input, const FieldQuote& field) {
  duckdb::vector<Value> parts = {Value::DOUBLE(field.confidence)};
  if (field.quote) {
    const std::string_view quote =
        input.substr(field.quote->begin, field.quote->end - field.quote->begin);
    const int64_t start = Characters(input.substr(0, field.quote->begin));
    parts.emplace_back(std::string(quote));
    parts.push_back(Value::BIGINT(start));
    parts.push_back(Value::BIGINT(start + Characters(quote)));
  } else {
    parts.emplace_back(LogicalType::VARCHAR);
    parts.emplace_back(LogicalType::BIGINT);
    parts.emplace_back(LogicalType::BIGINT);
  }
  return Value::STRUCT(QuoteType(), std::move(parts));
}

}  // namespace

Value QuoteMap(const AiCall& call, const MemoEntry& entry) {
  const Result<JsonNode> root = TreeOf(std::get<JsonText>(entry.answer()->value));
  FATHOM_ASSERT(root.ok());
  const std::string input = call.input.Render(DecodeInput(entry.key(), call.arguments));
  const TextFinder finder(input);
  duckdb::vector<Value> names, quotes;
  for (const FieldQuote& field : QuotesOf(finder, *root, call.declared->format.type)) {
    names.emplace_back(field.path);
    quotes.push_back(QuoteValue(input, field));
  }
  return Value::MAP(LogicalType::VARCHAR, QuoteType(), std::move(names), std::move(quotes));
}

}  // namespace fathom
