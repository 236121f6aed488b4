// Goal: ai_extract asks for the declared fields and nothing else, and gives what the model wrote
// with how sure it was, less what the input does not say.
// Method: golden prompts; scripted answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "semantic/fake_model.h"
#include "semantic/task.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const InputTemplate kBody{{"", ""}, {0}};
constexpr char kSchema[] =
    R"({"properties": {"vendor": {"type": "string", "description": "who sells"},
        "total": {"type": "number"}, "kind": {"enum": ["bill", "offer"]},
        "items": {"items": {"properties": {"name": {"type": "string"}, "n": {"type": "integer"}}}}}})";

AnswerFormat Fields(const std::string& schema = kSchema) {
  return *FormatOfSchema(*WithNullableFields(schema));
}

std::unique_ptr<Task> Extract(TaskOptions options = {}, const std::string& schema = kSchema) {
  auto task = MakeExtractTask(kBody, Fields(schema), std::move(options));
  EXPECT_TRUE(task.ok()) << task.error().message;
  return std::move(*task);
}

const JsonText& Json(const Result<Answer>& answer) { return std::get<JsonText>(answer->value); }

TEST(ExtractTask, AsksForTheFields) {
  FakeModel model;
  model.on_generate = [](const std::string&) {
    return Generation{R"({"vendor": "ACME", "total": 4.5, "kind": null, "items": []})"};
  };
  const auto task = Extract();
  const auto answers = RunTask(*task, model, {{"ACME, 4.50"}, {" "}});
  EXPECT_EQ(task->value_type(), ValueType::kJson);
  EXPECT_EQ(Json(answers[0]).text,
            R"({"vendor": "ACME", "total": 4.5, "kind": null, "items": []})");
  EXPECT_EQ(answers[1].error().code, ErrorCode::kEmptyInput);
  ASSERT_EQ(model.generate_calls.size(), 1u);
  const auto& call = model.generate_calls[0];
  EXPECT_EQ(call.prompt.system, "");
  EXPECT_EQ(call.prompt.head,
            "Extract these fields from the text. A field that it does not mention is null.\n"
            "- vendor: who sells\n"
            "- total (number)\n"
            "- kind (bill or offer)\n"
            "- items (list of (name, n: whole number))\n"
            "\n"
            "Text:\n");
  EXPECT_EQ(
      call.prompt.tail,
      "\n\nWrite vendor, total, kind, items of this text as JSON, word for word as they stand "
      "in the text.");
  EXPECT_THAT(call.rows, ElementsAre("ACME, 4.50"));
  EXPECT_TRUE(call.options.pattern->Matches(Json(answers[0]).text));
}

TEST(ExtractTask, AsksInTheLanguageOfTheFields) {
  FakeModel model;
  model.on_generate = [](const std::string&) { return Generation{R"({"店名": null})"}; };
  RunTask(*Extract({}, R"({"properties": {"店名": {"type": "string"}}})"), model, {{"x"}});
  EXPECT_THAT(model.generate_calls[0].prompt.head, HasSubstr("提取下列字段"));
}

TEST(ExtractTask, TheLeastCertainFieldIsTheAnswersConfidence) {
  const std::string text = R"({"vendor": "ACME", "total": 4.5, "kind": "bill", "items": []})";
  FakeModel model;
  model.on_generate = [&](const std::string&) {
    Generation generation{text};
    generation.decided = {{text.find("ACME"), -.25},
                          {text.find(R"(", "total)"), -.25},
                          {text.find("4.5") + 1, -.125},
                          {text.size(), -1}};
    return generation;
  };
  const auto answers = RunTask(*Extract(), model, {{"ACME 4.5"}});
  EXPECT_THAT(Json(answers[0]).log_probs, ElementsAre(-.5, -.125, 0, -1));
  EXPECT_DOUBLE_EQ(answers[0]->confidence, std::exp(-1.0));
}

TEST(ExtractTask, InventionsAreNullUnlessAskedFor) {
  FakeModel model;
  model.on_generate = [](const std::string&) {
    return Generation{R"({"vendor": "Miller", "total": 1, "kind": "bill", "items": []})"};
  };
  EXPECT_THAT(Json(RunTask(*Extract(), model, {{"ACME"}})[0]).text, HasSubstr(R"("vendor": null)"));
  TaskOptions options;
  options.verbatim = false;
  const auto task = Extract(options);
  EXPECT_THAT(Json(RunTask(*task, model, {{"ACME"}})[0]).text, HasSubstr(R"("vendor": "Miller")"));
  EXPECT_NE(task->Fingerprint(), Extract()->Fingerprint());
  EXPECT_THAT(model.generate_calls.back().prompt.tail, Not(HasSubstr("word for word")));
}

TEST(ExtractTask, FailedRowsKeepTheirReason) {
  FakeModel model;
  model.on_generate = [](const std::string& row) -> Result<Generation> {
    if (row == "long") return Error{ErrorCode::kBadOutput, "cut at max_tokens"};
    return Generation{"{"};
  };
  const auto answers = RunTask(*Extract(), model, {{"long"}, {"broken"}});
  EXPECT_EQ(answers[0].error().message, "cut at max_tokens");
  EXPECT_EQ(answers[1].error().code, ErrorCode::kBadOutput);
}

TEST(ExtractTask, ExamplesHaveTheDeclaredFields) {
  const std::string schema =
      R"({"properties": {"a": {"type": "string"}, "n": {"type": "integer"}}})";
  TaskOptions options;
  options.examples = {{"x 1", {R"({"a":"x","n":1})"}}};
  FakeModel model;
  model.on_generate = [](const std::string&) { return Generation{R"({"a": null, "n": null})"}; };
  RunTask(*Extract(options, schema), model, {{"y"}});
  EXPECT_THAT(model.generate_calls[0].prompt.head,
              HasSubstr("as they stand in the text.\n{\"a\": \"x\", \"n\": 1}\n\nText:\n"));
  for (const std::string output : {R"({"n": 1, "a": "x"})", R"({"a": "x"})", "x"}) {
    options.examples = {{"x 1", {output}}};
    const auto task = MakeExtractTask(kBody, Fields(schema), options);
    ASSERT_FALSE(task.ok());
    EXPECT_THAT(task.error().message, HasSubstr("ai_extract: an example's output"));
  }
}

TEST(ExtractTask, ItsFingerprintKnowsFieldsAndOptions) {
  const std::string schema = R"({"properties": {"a": {"type": "string"}}})";
  const std::string base = Extract({}, schema)->Fingerprint();
  TaskOptions tokens;
  tokens.max_tokens = 9;
  EXPECT_NE(Extract(tokens, schema)->Fingerprint(), base);
  EXPECT_NE(Extract({}, R"({"properties": {"a": {"maxLength": 3}}})")->Fingerprint(), base);
  EXPECT_EQ(Extract({}, schema)->Fingerprint(), base);
}

TEST(ExtractTask, MoreThanAHundredFieldsAreRefused) {
  std::string properties;
  for (int i = 0; i <= 100; ++i) {
    properties += (i > 0 ? ", " : "") + ("\"f" + std::to_string(i)) + R"(": {"type": "string"})";
  }
  const auto task = MakeExtractTask(kBody, Fields("{\"properties\": {" + properties + "}}"), {});
  ASSERT_FALSE(task.ok());
  EXPECT_THAT(task.error().message, HasSubstr("101 fields"));
}

}  // namespace
}  // namespace fathom
