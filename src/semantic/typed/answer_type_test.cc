// Goal: a schema means the SQL type that its values have, or is refused with the place that has
// none. Method: schemas beside the type in words.
#include "semantic/typed/answer_type.h"

#include <gtest/gtest.h>

#include <map>

namespace fathom {
namespace {

using Kind = AnswerType::Kind;

std::string Words(const AnswerType& type) {
  static const std::map<Kind, std::string> kNames = {
      {Kind::kText, "text"},        {Kind::kChoice, "choice"},
      {Kind::kBoolean, "boolean"},  {Kind::kInteger, "integer"},
      {Kind::kNumber, "number"},    {Kind::kDate, "date"},
      {Kind::kTime, "time"},        {Kind::kTimeZoned, "time with zone"},
      {Kind::kTimestamp, "moment"}, {Kind::kTimestampZoned, "moment with zone"},
      {Kind::kUuid, "uuid"},        {Kind::kList, "list"},
      {Kind::kStruct, "struct"}};
  std::string words = kNames.at(type.kind);
  for (const std::string& choice : type.choices) words += " " + choice;
  if (type.parts.empty()) return words;
  words += "(";
  for (const AnswerType& part : type.parts) {
    if (words.back() != '(') words += ", ";
    words += (part.name.empty() ? "" : part.name + " ") + Words(part);
  }
  return words + ")";
}

std::string TypeOf(const std::string& schema) {
  const Result<AnswerType> type = AnswerTypeOf(schema);
  return type.ok() ? Words(*type) : type.error().message;
}

TEST(AnswerType, IsThatOfTheValues) {
  EXPECT_EQ(TypeOf(R"({"type": "string"})"), "text");
  EXPECT_EQ(TypeOf(R"({"pattern": "[a-z]+"})"), "text");
  EXPECT_EQ(TypeOf(R"({"type": "string", "format": "date"})"), "date");
  EXPECT_EQ(TypeOf(R"({"type": "string", "format": "time"})"), "time with zone");
  EXPECT_EQ(TypeOf(R"({"type": "string", "format": "time-local"})"), "time");
  EXPECT_EQ(TypeOf(R"({"type": "string", "format": "date-time"})"), "moment with zone");
  EXPECT_EQ(TypeOf(R"({"type": "string", "format": "timestamp"})"), "moment");
  EXPECT_EQ(TypeOf(R"({"type": "string", "format": "uuid"})"), "uuid");
  EXPECT_EQ(TypeOf(R"({"type": "string", "format": "email"})"), "text");
  EXPECT_EQ(TypeOf(R"({"minimum": 1})"), "number");
  EXPECT_EQ(TypeOf(R"({"type": ["integer", "null"]})"), "integer");
  EXPECT_EQ(TypeOf(R"({"type": ["integer", "number"]})"), "number");
  EXPECT_EQ(TypeOf(R"({"enum": ["a", "b", null]})"), "choice a b");
  EXPECT_EQ(TypeOf(R"({"enum": [1, 2]})"), "integer");
  EXPECT_EQ(TypeOf(R"({"const": 1.5})"), "number");
  EXPECT_EQ(TypeOf(R"({"anyOf": [{"enum": ["a"]}, {"type": "string"}]})"), "text");
  EXPECT_EQ(TypeOf(R"({"anyOf": [{"type": "null"}, {"type": "boolean"}]})"), "boolean");
  EXPECT_EQ(TypeOf(R"({"type": "array", "items": {"type": "integer"}})"), "list(integer)");
  EXPECT_EQ(TypeOf(R"({"properties": {"b": {"type": "string"}, "a": {"type": "boolean"}}})"),
            "struct(b text, a boolean)");
}

TEST(AnswerType, FollowsReferences) {
  EXPECT_EQ(TypeOf(R"({"$ref": "#/$defs/x", "$defs": {"x": {"enum": ["a"]}}})"), "choice a");
  EXPECT_EQ(
      TypeOf(R"({"properties": {"a": {"type": "integer"}, "b": {"$ref": "#/properties/a"}}})"),
      "struct(a integer, b integer)");
}

TEST(AnswerType, KeepsDescriptions) {
  const Result<AnswerType> type =
      AnswerTypeOf(R"({"properties": {"a": {"type": "integer", "description": "how many"}}})");
  ASSERT_TRUE(type.ok());
  EXPECT_EQ(type->parts[0].description, "how many");
}

TEST(AnswerType, WhatHasNoTypeIsRefusedWithItsPlace) {
  EXPECT_EQ(TypeOf(R"({"properties": {"a": {"type": ["integer", "string"]}}})"),
            "JSON schema, #/properties/a: its values have no common SQL type; declare one type, or "
            "one field for each");
  EXPECT_EQ(
      TypeOf(R"({"properties": {"a": {"enum": ["x", 1]}}})").find("JSON schema, #/properties/a"),
      0);
  EXPECT_EQ(TypeOf(R"({"items": {"type": "null"}})"),
            "JSON schema, #/items: null alone has no SQL type");
  EXPECT_EQ(TypeOf(R"({"type": "null"})"), "JSON schema, #: null alone has no SQL type");
  EXPECT_NE(TypeOf(R"({"const": [1]})").find("no SQL type"), std::string::npos);
  EXPECT_NE(TypeOf(R"({"properties": {}})").find("without fields"), std::string::npos);
  EXPECT_EQ(
      TypeOf(R"({"properties": {"a": {"type": "string"}, "A": {"type": "string"}}})"),
      "JSON schema, #/properties/A: the name occurs twice; names of SQL do not differ by case "
      "alone");
  EXPECT_NE(TypeOf(R"({"properties": {" ": {"type": "string"}}})").find("blank"),
            std::string::npos);
}

}  // namespace
}  // namespace fathom
