// Goal: every value's words are found, with the name that SQL has for the value, and what the
// input does not say is taken out of an answer.
// Method: an input, an answer about it, and what is expected of each leaf.
#include "semantic/typed/quotes.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

constexpr char kInput[] =
    "ACME\nLtd. sold on 25/12/2018 8:13:39 PM: 2 tea 3.00, 1 tea 1.50. Total RM 4.50";

AnswerType Fields() {
  const auto type = AnswerTypeOf(
      R"({"properties": {"vendor": {"type": "string"}, "kind": {"enum": ["bill", "tea"]},
          "paid": {"type": "string", "format": "timestamp"}, "total": {"type": "number"},
          "ok": {"type": "boolean"}, "names": {"items": {"type": "string"}},
          "items": {"items": {"properties": {"name": {"type": "string"}, "n": {"type": "integer"}}}}}})");
  return *type;
}

TEST(Quotes, AreTheWordsOfTheInput) {
  const Result<JsonNode> root = ParseJsonTree(
      R"({"vendor": "Acme Ltd", "kind": "bill", "paid": "2018-12-25 20:13:39", "total": 4.5,
          "ok": true, "names": [], "items": [{"name": "tea", "n": 2}, {"name": "tea", "n": null},
          {"name": "milk", "n": 1}]})");
  const TextFinder input(kInput);
  std::string lines;
  for (const FieldQuote& field : QuotesOf(input, *root, Fields())) {
    lines += field.path + "=";
    if (field.quote) {
      lines += input.text().substr(field.quote->begin, field.quote->end - field.quote->begin);
      lines += "@" + std::to_string(field.quote->begin);
    }
    lines += "; ";
  }
  EXPECT_EQ(lines,
            "vendor=ACME\nLtd@0; kind=; paid=25/12/2018 8:13:39 PM@18; total=4.50@74; ok=; names=; "
            "items[1].name=tea@43; items[1].n=2@41; items[2].name=tea@55; items[2].n=; "
            "items[3].name=; items[3].n=1@53; ");
}

TEST(Quotes, InventionsAreTakenOut) {
  Result<JsonNode> root = ParseJsonTree(
      R"({"vendor": "Miller", "kind": "bill", "paid": "2001-01-01 00:00:00", "total": 99,
          "ok": true, "names": ["tea", "milk", ""], "items": [{"name": "milk", "n": 2}]})");
  RemoveInventions(TextFinder(kInput), Fields(), &*root);
  EXPECT_EQ(WriteJsonTree(*root),
            R"({"vendor": null, "kind": "bill", "paid": null, "total": null, )"
            R"("ok": true, "names": ["tea"], "items": [{"name": null, "n": 2}]})");
}

TEST(Quotes, WhatIsSaidStays) {
  const std::string answer = R"({"vendor": "acme ltd.", "names": ["Total rm", "tea"]})";
  Result<JsonNode> root = ParseJsonTree(answer);
  RemoveInventions(TextFinder(kInput), Fields(), &*root);
  EXPECT_EQ(WriteJsonTree(*root), answer);
}

}  // namespace
}  // namespace fathom
