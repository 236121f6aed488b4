// Goal: what a schema's expression holds is valid, and is what the schema means.
// Method: cases by hand; random walks through random schemas against a validator of the tests' own.
#include "runtime/json_schema.h"

#include <gtest/gtest.h>

#include "base/utf8_scan.h"
#include "runtime/expressions_test_util.h"
#include "runtime/json_schema_test_util.h"
#include "runtime/json_values.h"

namespace fathom {
namespace {

bool Holds(const std::string& schema, const std::string& text) {
  Expressions e;
  const Result<Expr> expr = ParseJsonSchema(e, schema);
  EXPECT_TRUE(expr.ok()) << schema << ": " << (expr.ok() ? "" : expr.error().message);
  return expr.ok() && e.nullable(e.Derive(*expr, text));
}

Error ErrorOf(const std::string& schema) {
  Expressions e;
  const Result<Expr> expr = ParseJsonSchema(e, schema);
  EXPECT_FALSE(expr.ok()) << schema;
  return expr.ok() ? Error{ErrorCode::kNotFound, ""} : expr.error();
}

TEST(JsonSchema, ObjectsAreWrittenInOrder) {
  const std::string schema = R"({"type": "object", "properties": {
      "b": {"type": "integer"}, "a": {"type": ["string", "null"]}}})";
  EXPECT_TRUE(Holds(schema, R"({"b": 1, "a": "x"})"));
  EXPECT_TRUE(Holds(schema, R"({"b": 1, "a": null})"));
  EXPECT_FALSE(Holds(schema, R"({"a": "x", "b": 1})"));
  EXPECT_FALSE(Holds(schema, R"({"b":1,"a":"x"})"));
  EXPECT_FALSE(Holds(schema, R"({"b": 1})"));
  EXPECT_TRUE(Holds(R"({"properties": {}})", "{}"));
}

TEST(JsonSchema, WhatIsNotRequiredMayBeLeftOut) {
  const std::string schema = R"({"type": "object", "required": ["b"], "properties": {
      "a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}}})";
  for (const char* text : {R"({"a": 1, "b": 2, "c": 3})", R"({"b": 2, "c": 3})",
                           R"({"a": 1, "b": 2})", R"({"b": 2})"}) {
    EXPECT_TRUE(Holds(schema, text)) << text;
  }
  for (const char* text : {"{}", R"({"a": 1, "c": 3})", R"({, "b": 2})", R"({"b": 2, })"}) {
    EXPECT_FALSE(Holds(schema, text)) << text;
  }
}

TEST(JsonSchema, ArraysHaveBounds) {
  const std::string schema = R"({"type": "array", "items": {"enum": [1, 2]}, "maxItems": 3})";
  for (const char* text : {"[]", "[1]", "[2, 1, 2]"}) EXPECT_TRUE(Holds(schema, text));
  for (const char* text : {"[1, 2, 1, 2]", "[1, ]", "[1,2]"}) EXPECT_FALSE(Holds(schema, text));
  const std::string two = R"({"items": {"const": 1}, "minItems": 2})";
  EXPECT_FALSE(Holds(two, "[1]"));
  EXPECT_TRUE(Holds(two, "[1, 1, 1]"));
  std::string longest = "[1";
  for (uint32_t i = 1; i < kArrayItems; ++i) longest += ", 1";
  EXPECT_TRUE(Holds(two, longest + "]"));
  EXPECT_FALSE(Holds(two, longest + ", 1]"));
}

TEST(JsonSchema, StringsHaveOneForm) {
  const std::string schema = R"({"type": "string", "minLength": 2, "maxLength": 3})";
  EXPECT_TRUE(Holds(schema, "\"\xE4\xB8\xAD\xE6\x96\x87\xE5\xAD\x97\""));
  EXPECT_TRUE(Holds(schema, R"("\"\n")"));
  EXPECT_FALSE(Holds(schema, R"("a")"));
  EXPECT_FALSE(Holds(schema, R"("abcd")"));
  EXPECT_FALSE(Holds(schema, R"("\u0041b")"));
  EXPECT_FALSE(Holds(schema, "\"a\nb\""));
  EXPECT_FALSE(Holds(schema, "\"a\xE4\xB8\""));
}

TEST(JsonSchema, PatternsAndLengthsHoldTogether) {
  const std::string schema = R"({"pattern": "^[a-z]+\\d$", "maxLength": 4})";
  EXPECT_TRUE(Holds(schema, R"("abc1")"));
  EXPECT_FALSE(Holds(schema, R"("abcd1")"));
  EXPECT_FALSE(Holds(schema, R"("abc")"));
  EXPECT_TRUE(Holds(R"({"pattern": "\""})", R"("say \"x\"")"));
}

TEST(JsonSchema, FormatsAreExact) {
  const auto holds = [](const std::string& format, const std::string& text) {
    return Holds(R"({"type": "string", "format": ")" + format + "\"}", "\"" + text + "\"");
  };
  for (const char* date : {"2024-02-29", "2000-02-29", "1999-12-31", "0001-01-01", "2023-11-30"}) {
    EXPECT_TRUE(holds("date", date)) << date;
  }
  for (const char* date : {"2023-02-29", "1900-02-29", "2024-02-30", "2024-04-31", "2024-13-01",
                           "2024-00-10", "0000-01-01", "2024-1-01", "24-01-01"}) {
    EXPECT_FALSE(holds("date", date)) << date;
  }
  EXPECT_TRUE(holds("date-time", "2024-02-29T23:59:59.5+02:00"));
  EXPECT_FALSE(holds("date-time", "2024-02-29T24:00:00Z"));
  EXPECT_FALSE(holds("date-time", "2024-02-29 23:59:59"));
  EXPECT_TRUE(holds("time", "23:59:59Z"));
  EXPECT_TRUE(holds("time-local", "23:59:59.5"));
  EXPECT_FALSE(holds("time-local", "23:59:59Z"));
  EXPECT_TRUE(holds("timestamp", "2024-02-29 23:59:59.123456"));
  EXPECT_TRUE(holds("email", "first.last+tag@mail.example.org"));
  EXPECT_FALSE(holds("email", "first@last"));
  EXPECT_FALSE(holds("email", ".first@example.org"));
  EXPECT_TRUE(holds("uuid", "123e4567-e89b-12d3-a456-426614174000"));
  EXPECT_FALSE(holds("uuid", "123E4567-e89b-12d3-a456-426614174000"));
}

TEST(JsonSchema, NumbersHaveRanges) {
  const std::string age = R"({"type": "integer", "minimum": 0, "exclusiveMaximum": 130})";
  for (const char* text : {"0", "7", "129"}) EXPECT_TRUE(Holds(age, text)) << text;
  for (const char* text : {"-1", "130", "1.0", "007", "1e2"}) EXPECT_FALSE(Holds(age, text));
  const std::string price =
      R"({"type": "number", "minimum": 0, "maximum": 99.5, "multipleOf": 0.01})";
  for (const char* text : {"0", "0.5", "99.50", "12.34"}) EXPECT_TRUE(Holds(price, text)) << text;
  for (const char* text : {"99.51", "1.234", "-0.01", "100", "1."})
    EXPECT_FALSE(Holds(price, text));
  EXPECT_TRUE(Holds(R"({"type": "integer", "multipleOf": 5})", "-15"));
  EXPECT_FALSE(Holds(R"({"type": "integer", "multipleOf": 5})", "-14"));
  EXPECT_TRUE(Holds(R"({"type": "integer"})", std::string(kIntegerDigits, '9')));
  EXPECT_FALSE(Holds(R"({"type": "integer"})", std::string(kIntegerDigits + 1, '9')));
  EXPECT_TRUE(
      Holds(R"({"type": "integer", "maximum": 9223372036854775807})", "9223372036854775807"));
  EXPECT_FALSE(
      Holds(R"({"type": "integer", "maximum": 9223372036854775807})", "9223372036854775808"));
  EXPECT_TRUE(Holds(R"({"minimum": 1e20, "type": "integer"})", "100000000000000000001"));
  EXPECT_TRUE(Holds(R"({"exclusiveMinimum": 0, "type": "number"})", "0.000000001"));
  EXPECT_FALSE(Holds(R"({"exclusiveMinimum": 0, "type": "number"})", "0.0"));
}

TEST(JsonSchema, ChoicesAndReferences) {
  EXPECT_TRUE(Holds(R"({"enum": ["a", 1.5, null, {"x": [1]}]})", R"({"x": [1]})"));
  EXPECT_FALSE(Holds(R"({"type": "string", "enum": ["a", 1]})", "1"));
  EXPECT_TRUE(Holds(R"({"anyOf": [{"type": "integer"}, {"type": "number"}]})", "1.5"));
  const std::string schema = R"({"$defs": {"a/b": {"type": "boolean"}}, "properties": {
      "x": {"$ref": "#/$defs/a~1b"}, "y": {"$ref": "#/properties/x"}}})";
  EXPECT_TRUE(Holds(schema, R"({"x": true, "y": false})"));
  EXPECT_TRUE(
      Holds(R"({"anyOf": [{"type": "null"}, {"items": {"$ref": "#/anyOf/0"}}]})", "[null]"));
  const std::string tagged = R"({"oneOf": [
      {"properties": {"kind": {"const": "card"}, "number": {"type": "integer"}}},
      {"properties": {"kind": {"const": "cash"}}}, {"type": "null"}]})";
  EXPECT_TRUE(Holds(tagged, R"({"kind": "cash"})"));
  EXPECT_TRUE(Holds(tagged, R"({"kind": "card", "number": 4})"));
}

TEST(JsonSchema, ErrorsNameKeywordAndPlace) {
  for (
      const auto& [schema, code, part] :
      std::vector<std::tuple<std::string, ErrorCode, std::string>>{
          {"{", ErrorCode::kInvalidArgument, "it is not JSON"},
          {"[]", ErrorCode::kInvalidArgument, "#: a schema must be an object"},
          {"{}", ErrorCode::kUnsupported, "a value of any type"},
          {R"({"properties": {"a": {"type": "string", "minimun": 3}}})", ErrorCode::kUnsupported,
           "#/properties/a: not supported: the keyword 'minimun'"},
          {R"({"type": "string", "minimum": 3})", ErrorCode::kUnsupported, "'minimum'"},
          {R"({"type": "text"})", ErrorCode::kInvalidArgument, "'type' must be"},
          {R"({"type": "object"})", ErrorCode::kUnsupported, "without 'properties'"},
          {R"({"type": "array"})", ErrorCode::kUnsupported, "without 'items'"},
          {R"({"properties": {}, "required": ["x"]})", ErrorCode::kInvalidArgument,
           "'x' is required and not declared"},
          {R"({"type": "string", "format": "ipv4"})", ErrorCode::kUnsupported, "'ipv4'"},
          {R"-({"type": "string", "pattern": "a(?=b)"})-", ErrorCode::kUnsupported, "look-ahead"},
          {R"({"type": "string", "maxLength": -1})", ErrorCode::kInvalidArgument, "'maxLength'"},
          {R"({"type": "string", "minLength": 3, "maxLength": 2})", ErrorCode::kInvalidArgument,
           "minLength is larger"},
          {R"({"type": "string", "pattern": "^a{5}$", "maxLength": 2})",
           ErrorCode::kInvalidArgument, "no value is valid"},
          {R"({"type": "integer", "minimum": 3, "maximum": 2})", ErrorCode::kInvalidArgument,
           "no value is valid"},
          {R"({"type": "integer", "minimum": 3, "maximum": 4, "multipleOf": 10})",
           ErrorCode::kInvalidArgument, "no value is valid"},
          {R"({"type": "number", "multipleOf": 0.3})", ErrorCode::kUnsupported, "'multipleOf'"},
          {R"({"enum": []})", ErrorCode::kInvalidArgument, "no value is valid"},
          {R"({"$ref": "#"})", ErrorCode::kUnsupported, "recursion through '#'"},
          {R"({"$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n"})",
           ErrorCode::kUnsupported, "recursion through '#/$defs/n'"},
          {R"({"$ref": "#/$defs/x"})", ErrorCode::kInvalidArgument, "there is no '#/$defs/x'"},
          {R"({"anyOf": [{"$ref": "#/anyOf/1"}]})", ErrorCode::kInvalidArgument, "there is no"},
          {R"({"anyOf": [{"$ref": "#/anyOf/x"}]})", ErrorCode::kInvalidArgument, "there is no"},
          {R"({"$ref": "http://x"})", ErrorCode::kUnsupported, "another document"},
          {R"({"oneOf": [{"type": "integer"}, {"type": "number"}]})", ErrorCode::kUnsupported,
           "schemas 0 and 1"},
          {R"({"oneOf": [{"properties": {"a": {"const": 1}}},
                          {"properties": {"b": {"const": 1}}}]})",
           ErrorCode::kUnsupported, "use 'anyOf'"},
      }) {
    const Error error = ErrorOf(schema);
    EXPECT_EQ(error.code, code) << error.message;
    EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
  }
  std::string deep = R"({"type": "null"})";
  for (int i = 0; i < 100; ++i) deep = R"({"items": )" + deep + "}";
  EXPECT_NE(ErrorOf(deep).message.find("nested so deeply"), std::string::npos);
}

TEST(JsonSchema, WhateverIsWrittenIsValid) {
  std::mt19937 random(20);
  for (int round = 0; round < 400; ++round) {
    const TestJson schema = RandomSchema(random);
    Expressions e;
    const Result<Expr> expr = ParseJsonSchema(e, schema.dump());
    ASSERT_TRUE(expr.ok()) << schema << expr.error().message;
    for (int walk = 0; walk < 5; ++walk) {
      const std::string text = RandomText(e, *expr, random, 30 + random() % 200);
      ASSERT_EQ(ScanUtf8(text).valid_bytes, text.size());
      const TestJson value = TestJson::parse(text, nullptr, false);
      ASSERT_FALSE(value.is_discarded()) << schema << "\n" << text;
      ASSERT_TRUE(IsValid(schema, value, schema)) << schema << "\n" << text;
      const bool fractions = text.find('.') != text.npos;  // 1.50 is 1.5
      EXPECT_TRUE(fractions || JsonText(value) == text) << text;
    }
  }
}

}  // namespace
}  // namespace fathom
