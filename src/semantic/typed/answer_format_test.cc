// Goal: every field of a declared object may be null and none may be missing, whatever the schema
// says; nothing else changes.
// Method: schemas, and texts that match afterwards or do not.
#include "semantic/typed/answer_format.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

Result<AnswerFormat> Nullable(const std::string& schema) {
  FATHOM_ASSIGN_OR_RETURN(std::string nullable, WithNullableFields(schema));
  return FormatOfSchema(std::move(nullable));
}

TEST(AnswerFormat, EveryFieldMayBeNullAndNoneMissing) {
  const auto format = Nullable(
      R"({"properties": {"a": {"type": "integer", "description": "how many"},
                         "b": {"type": "array", "items": {"type": "string"}}}, "required": ["a"]})");
  ASSERT_TRUE(format.ok());
  EXPECT_TRUE(format->pattern->Matches(R"({"a": 1, "b": ["x"]})"));
  EXPECT_TRUE(format->pattern->Matches(R"({"a": null, "b": null})"));
  EXPECT_FALSE(format->pattern->Matches(R"({"a": 1})"));
  EXPECT_FALSE(format->pattern->Matches(R"({"a": 1, "b": [null]})"));
  EXPECT_EQ(format->type.parts[0].description, "how many");
  EXPECT_EQ(format->type.parts[0].kind, AnswerType::Kind::kInteger);
}

TEST(AnswerFormat, ReferencesFollow) {
  const auto inside = Nullable(
      R"({"properties": {"a": {"properties": {"n": {"type": "integer"}}},
                         "b": {"$ref": "#/properties/a/properties/n"}}})");
  ASSERT_TRUE(inside.ok()) << inside.error().message;
  EXPECT_TRUE(inside->pattern->Matches(R"({"a": {"n": 1}, "b": 2})"));
  const auto top = Nullable(
      R"({"$ref": "#/$defs/Bill", "$defs": {"Sum": {"type": "number"},
          "Bill": {"properties": {"sum": {"$ref": "#/$defs/Sum"}}}}})");
  ASSERT_TRUE(top.ok()) << top.error().message;
  EXPECT_TRUE(top->pattern->Matches(R"({"sum": null})"));
}

TEST(AnswerFormat, WhatIsNoObjectHasNoFields) {
  for (const std::string schema :
       {"{", "[]", R"({"type": "string"})", R"({"$ref": "#/$defs/x"})", R"({"properties": 1})"}) {
    EXPECT_FALSE(WithNullableFields(schema).ok()) << schema;
  }
  EXPECT_FALSE(Nullable(R"({"properties": {}})").ok());
  EXPECT_FALSE(Nullable(R"({"properties": {"a": 1}})").ok());
}

TEST(AnswerFormat, OfARegularExpressionIsNoJson) {
  const auto format = FormatOfRegex("[A-Z]{2}");
  ASSERT_TRUE(format.ok());
  EXPECT_TRUE(format->schema.empty());
  EXPECT_TRUE(format->pattern->Matches("DE"));
  EXPECT_FALSE(FormatOfRegex("(").ok());
}

}  // namespace
}  // namespace fathom
