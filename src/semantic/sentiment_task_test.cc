#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "semantic/fake_model.h"
#include "semantic/task.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const InputTemplate kText{{"", ""}, {0}};

FakeModel Moody() {
  FakeModel model;
  model.on_score = [](size_t call, const std::string& row) -> Result<std::vector<double>> {
    if (row == "long") return Error{ErrorCode::kTooLong, "9000 tokens"};
    if (call == 1) return std::vector<double>{0.1, 0.6, 0.1, 0.2};
    return std::vector<double>{0.5, 0.2, 0.1, 0.2};
  };
  return model;
}

TEST(SentimentTask, OneOfFourWords) {
  FakeModel model = Moody();
  const auto task = MakeSentimentTask(kText, {}, {});
  ASSERT_TRUE(task.ok());
  EXPECT_EQ((*task)->value_type(), ValueType::kVarchar);
  const auto answers = RunTask(**task, model, {{"nice"}, {""}, {"long"}});
  EXPECT_EQ(std::get<std::string>(answers[0]->value), "positive");
  EXPECT_NEAR(answers[0]->confidence, 0.5, 1e-12);
  EXPECT_EQ(answers[1].error().code, ErrorCode::kEmptyInput);
  EXPECT_EQ(answers[2].error().code, ErrorCode::kTooLong);
}

TEST(SentimentTask, AJobPerAspect) {
  FakeModel model = Moody();
  const auto task = MakeSentimentTask(kText, {"food", " service "}, {});
  ASSERT_TRUE(task.ok());
  EXPECT_EQ((*task)->value_type(), ValueType::kVarcharMap);
  const auto answers = RunTask(**task, model, {{"nice but slow"}, {"long"}});
  EXPECT_THAT(std::get<TextMap>(answers[0]->value),
              ElementsAre(Pair("food", "positive"), Pair("service", "negative")));
  EXPECT_NEAR(answers[0]->confidence, 0.5 * 0.6, 1e-12);
  EXPECT_EQ(answers[1].error().code, ErrorCode::kTooLong);
  EXPECT_THAT(model.score_calls.at(1).prompt.head, HasSubstr("service"));
}

TEST(SentimentTask, ChineseAspectsAreAskedInChinese) {
  FakeModel model = Moody();
  const auto task = MakeSentimentTask(kText, {"口味"}, {});
  RunTask(**task, model, {{"好吃"}});
  EXPECT_THAT(model.score_calls[0].prompt.head, HasSubstr("判断文字对“口味”的情感"));
  EXPECT_EQ(model.score_calls[0].labels[0].spellings[0], "positive");
}

TEST(SentimentTask, AspectsAndExamplesAreChecked) {
  const auto message = [](std::vector<std::string> aspects, std::vector<Example> examples = {}) {
    TaskOptions options;
    options.examples = std::move(examples);
    const auto task = MakeSentimentTask(kText, std::move(aspects), options);
    return task.ok() ? std::string("no error") : task.error().message;
  };
  EXPECT_EQ(message({"a", " "}), "ai_sentiment: aspect 2 is blank");
  EXPECT_EQ(message({"a", "a "}), "ai_sentiment: aspect 'a' stands twice in the list");
  EXPECT_THAT(message(std::vector<std::string>(51, "a")), HasSubstr("51 aspects, at most 50"));
  EXPECT_EQ(message({}, {{"x", {"mixed"}}}), "no error");
  EXPECT_THAT(message({}, {{"x", {"great"}}}), HasSubstr("positive, negative, neutral, mixed"));
}

}  // namespace
}  // namespace fathom
