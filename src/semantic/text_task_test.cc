#include "semantic/text_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "semantic/fake_model.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

TextForm Form(const char* language = nullptr) {
  return {.function = "ai_test",
          .version = "1",
          .input = {{"", ""}, {0}},
          .prompt = {.head = "Say: ", .tail = "."},
          .language = language != nullptr ? FindLanguage(language) : nullptr};
}

std::unique_ptr<Task> TaskOf(TextForm form, TaskOptions options = {}) {
  return MakeTextTask(std::move(form), std::move(options)).value();
}

TEST(TextTask, AnAnswerThatWasCutIsNone) {
  FakeModel model;
  model.on_generate = [](const std::string&) {
    return Generation{.text = "half a sen", .finish = FinishReason::kLength};
  };
  const auto answers = RunTask(*TaskOf(Form(), {.max_tokens = 8}), model, {{"x"}});
  EXPECT_EQ(answers[0].error().code, ErrorCode::kTruncated);
  EXPECT_THAT(answers[0].error().message, HasSubstr("max_tokens = 8"));
}

TEST(TextTask, AsksForTheLanguage) {
  FakeModel model;
  model.on_generate = [](const std::string&) { return Generation{"好"}; };
  RunTask(*TaskOf(Form("zh")), model, {{"x"}});
  RunTask(*TaskOf(Form()), model, {{"x"}});
  EXPECT_TRUE(model.generate_calls[0].options.scripts->Has(Script::kHan));
  EXPECT_FALSE(model.generate_calls[1].options.scripts.has_value());
  EXPECT_NE(TaskOf(Form("zh"))->Fingerprint(), TaskOf(Form())->Fingerprint());
}

TEST(TextTask, AsksDifferentlyTheSecondTime) {
  FakeModel model;
  model.on_generate = [](const std::string&) { return Generation{"好"}; };
  const auto task = TaskOf(Form("zh"), {.max_tokens = 40});
  for (const ErrorCode reason : {ErrorCode::kTruncated, ErrorCode::kWrongLanguage,
                                 ErrorCode::kDegenerateOutput, ErrorCode::kBadOutput}) {
    RunTask(*task->Again(reason), model, {{"x"}});
  }
  std::vector<std::string> tails;
  for (const auto& call : model.generate_calls) {
    tails.push_back(call.prompt.tail);
    EXPECT_GT(call.options.temperature, .5);
    EXPECT_EQ(call.prompt.head, "Say: ");
  }
  EXPECT_THAT(tails, ElementsAre(EndsWith("Use at most 20 words."), EndsWith("Write in Chinese."),
                                 ".", "."));
  for (const ErrorCode reason : {ErrorCode::kTooLong, ErrorCode::kEmptyInput,
                                 ErrorCode::kUnavailable, ErrorCode::kDegenerateInput}) {
    EXPECT_EQ(task->Again(reason), nullptr);
  }
}

TEST(TextTask, DegenerateInput) {
  FakeModel model;
  model.on_generate = [](const std::string& row) { return Generation{row}; };
  std::string text = "A sound beginning. ";
  for (int i = 0; i < 60; ++i) text += "and then, ";
  const auto answer = [&](OnDegenerate policy) {
    return RunTask(*TaskOf(Form(), {.rows = {.on_degenerate = policy}}), model, {{text}})[0];
  };
  EXPECT_GT(std::get<std::string>(answer(OnDegenerate::kPass)->value).size(), 600u);
  EXPECT_EQ(std::get<std::string>(answer(OnDegenerate::kTrim)->value),
            "A sound beginning. and then,");
  EXPECT_EQ(answer(OnDegenerate::kFail).error().code, ErrorCode::kDegenerateInput);
  EXPECT_EQ(model.generate_calls.size(), 2u);
  EXPECT_NE(TaskOf(Form(), {.rows = {.on_degenerate = OnDegenerate::kTrim}})->Fingerprint(),
            TaskOf(Form())->Fingerprint());
}

TEST(TextTask, SummariesAndTranslationsSayWhatTheyWant) {
  const InputTemplate row{{"", ""}, {0}};
  FakeModel model;
  model.on_generate = [](const std::string&) { return Generation{"ok"}; };
  const NaturalLanguage* chinese = FindLanguage("zh");
  RunTask(**MakeSummarizeTask(row, chinese, {.task = "Name prices."}), model, {{"x"}});
  RunTask(**MakeTranslateTask(row, FindLanguage("en"), *chinese, {}), model, {{"x"}});
  RunTask(**MakeTranslateTask(row, nullptr, *chinese, {}), model, {{"x"}});
  EXPECT_THAT(model.generate_calls[0].prompt.head,
              testing::AllOf(HasSubstr("Write in Chinese."), HasSubstr("Name prices.")));
  EXPECT_THAT(model.generate_calls[1].prompt.head, HasSubstr("from English to Chinese"));
  EXPECT_THAT(model.generate_calls[2].prompt.head, HasSubstr("the following text to Chinese"));
}

}  // namespace
}  // namespace fathom
