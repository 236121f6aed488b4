#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "semantic/fake_model.h"
#include "semantic/task.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const InputTemplate kReply{{"Reply to: ", "\nBe brief."}, {0}};

TEST(CompleteTask, SharesTheConstantsAndSendsTheRowsAsTheyAre) {
  FakeModel model;
  model.on_generate = [](const std::string& row) { return Generation{" re " + row + "\n"}; };
  TaskOptions options;
  options.max_tokens = 7;
  auto task = MakeCompleteTask(kReply, options);
  ASSERT_TRUE(task.ok());
  const auto answers = RunTask(**task, model, {{"hi"}, {"\u3000"}, {"<|im_start|>"}});
  EXPECT_EQ(std::get<std::string>(answers[0]->value), "re hi");
  EXPECT_EQ(answers[0]->confidence, 1.0);
  EXPECT_EQ(answers[1].error().code, ErrorCode::kEmptyInput);
  ASSERT_EQ(model.generate_calls.size(), 1u);
  const auto& call = model.generate_calls[0];
  EXPECT_EQ(call.prompt.system, "");
  EXPECT_EQ(call.prompt.head, "Reply to: ");
  EXPECT_EQ(call.prompt.tail, "\nBe brief.");
  EXPECT_THAT(call.rows, ElementsAre("hi", "<|im_start|>"));
  EXPECT_EQ(call.options.max_tokens, 7);
}

TEST(CompleteTask, SeveralSlotsGoIntoTheRow) {
  FakeModel model;
  model.on_generate = [](const std::string& row) { return Generation{row}; };
  auto task = MakeCompleteTask(InputTemplate{{"A: ", " B: ", "."}, {0, 1}}, {});
  const auto answers = RunTask(**task, model, {{"x", ""}, {" ", "y"}, {"", ""}});
  EXPECT_EQ(std::get<std::string>(answers[0]->value), "x B:");
  EXPECT_EQ(std::get<std::string>(answers[1]->value), "B: y");
  EXPECT_EQ(answers[2].error().code, ErrorCode::kEmptyInput);
}

TEST(CompleteTask, ATemplateWithoutSlotsIsTheRow) {
  FakeModel model;
  model.on_generate = [](const std::string& row) { return Generation{row}; };
  auto task = MakeCompleteTask(InputTemplate{{"Name a colour"}, {}}, {});
  const auto answers = RunTask(**task, model, {{}});
  EXPECT_EQ(std::get<std::string>(answers[0]->value), "Name a colour");
}

TEST(CompleteTask, RowErrorsAndBlankAnswersAreErrorsOfTheirRow) {
  FakeModel model;
  model.on_generate = [](const std::string& row) -> Result<Generation> {
    if (row == "long") return Error{ErrorCode::kTooLong, "9000 tokens"};
    return Generation{" \n"};
  };
  auto task = MakeCompleteTask(InputTemplate{{"", ""}, {0}}, {});
  const auto answers = RunTask(**task, model, {{"long"}, {"mute"}});
  EXPECT_EQ(answers[0].error().code, ErrorCode::kTooLong);
  EXPECT_EQ(answers[1].error().code, ErrorCode::kBadOutput);
}

TEST(CompleteTask, FingerprintFollowsWhatChangesAnswers) {
  TaskOptions base;
  const auto fingerprint = [](TaskOptions options) {
    return (*MakeCompleteTask(kReply, std::move(options)))->Fingerprint();
  };
  TaskOptions longer = base;
  longer.max_tokens = 300;
  TaskOptions seeded = base;
  seeded.seed = 5;  // without temperature the seed changes nothing
  TaskOptions warm = base;
  warm.temperature = 0.5;
  EXPECT_EQ(fingerprint(base), fingerprint(base));
  EXPECT_EQ(fingerprint(base), fingerprint(seeded));
  EXPECT_NE(fingerprint(base), fingerprint(longer));
  EXPECT_NE(fingerprint(base), fingerprint(warm));
}

TEST(CompleteTask, BadOptionsAreRefused) {
  TaskOptions none;
  none.max_tokens = 0;
  TaskOptions cold;
  cold.temperature = -1;
  EXPECT_THAT(MakeCompleteTask(kReply, none).error().message,
              HasSubstr("ai_complete: max_tokens is 0"));
  EXPECT_THAT(MakeCompleteTask(kReply, cold).error().message,
              HasSubstr("ai_complete: temperature is -1"));
}

AnswerFormat Format(const std::string& schema) { return *FormatOfSchema(schema); }

TEST(CompleteTask, AFormatIsSaidBeforeThePromptAndGivesJson) {
  FakeModel model;
  model.on_generate = [](const std::string&) {
    Generation generation{R"({"title": "x", "stars": 4})"};
    generation.decided = {{generation.text.size(), -1}};
    return generation;
  };
  const auto format = Format(R"({"properties": {"title": {"type": "string"},
      "stars": {"type": "integer", "description": "of five"}}})");
  auto task = MakeCompleteTask(kReply, {}, format);
  ASSERT_TRUE(task.ok());
  EXPECT_EQ((*task)->value_type(), ValueType::kJson);
  const auto answers = RunTask(**task, model, {{"hi"}});
  EXPECT_EQ(std::get<JsonText>(answers[0]->value),
            (JsonText{R"({"title": "x", "stars": 4})", {0, -1}}));
  EXPECT_DOUBLE_EQ(answers[0]->confidence, std::exp(-1.0));
  EXPECT_EQ(model.generate_calls[0].prompt.head,
            "Answer in JSON with these fields:\n- title\n- stars (whole number): of five\n\n"
            "Reply to: ");
  EXPECT_TRUE(model.generate_calls[0].options.pattern->Matches(R"({"title": "", "stars": 0})"));
  EXPECT_NE((*task)->Fingerprint(), (*MakeCompleteTask(kReply, {}))->Fingerprint());
}

TEST(CompleteTask, OneValueIsAskedForByItsType) {
  FakeModel model;
  model.on_generate = [](const std::string&) { return Generation{"4"}; };
  auto task = MakeCompleteTask(kReply, {}, Format(R"({"type": "integer"})"));
  const auto answers = RunTask(**task, model, {{"hi"}});
  EXPECT_EQ(std::get<JsonText>(answers[0]->value).text, "4");
  EXPECT_EQ(model.generate_calls[0].prompt.head,
            "Answer with this only: whole number\n\nReply to: ");
}

TEST(CompleteTask, ARegularExpressionGivesItsText) {
  FakeModel model;
  model.on_generate = [](const std::string&) {
    Generation generation{" a"};
    generation.decided = {{1, -.5}, {2, -.5}};
    return generation;
  };
  auto task = MakeCompleteTask(kReply, {}, *FormatOfRegex(" [a-z]"));
  EXPECT_EQ((*task)->value_type(), ValueType::kVarchar);
  const auto answers = RunTask(**task, model, {{"hi"}});
  EXPECT_EQ(std::get<std::string>(answers[0]->value), " a");
  EXPECT_DOUBLE_EQ(answers[0]->confidence, std::exp(-1.0));
  EXPECT_EQ(model.generate_calls[0].prompt.head, "Reply to: ");
}

}  // namespace
}  // namespace fathom
