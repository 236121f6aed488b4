#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "semantic/fake_model.h"
#include "semantic/score_form.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const InputTemplate kText{{"", ""}, {0}};

TEST(ScoreTask, TheValueIsTheMeanOfTheScale) {
  FakeModel model;
  model.on_score = [](size_t, const std::string& row) -> Result<std::vector<double>> {
    if (row == "long") return Error{ErrorCode::kTooLong, "9000 tokens"};
    return std::vector<double>{0.1, 0.2, 0.7};
  };
  const auto task = MakeScoreTask(kText, "urgency", 0, 2, {});
  ASSERT_TRUE(task.ok());
  EXPECT_EQ((*task)->value_type(), ValueType::kDouble);
  const auto answers = RunTask(**task, model, {{"help"}, {" "}, {"long"}});
  EXPECT_NEAR(std::get<double>(answers[0]->value), 0.2 + 1.4, 1e-12);
  EXPECT_NEAR(answers[0]->confidence, 0.7, 1e-12);  // of 2, the nearest to 1.6
  EXPECT_EQ(answers[1].error().code, ErrorCode::kEmptyInput);
  EXPECT_EQ(answers[2].error().code, ErrorCode::kTooLong);
  EXPECT_THAT(model.score_calls[0].labels[2].spellings, ElementsAre("2"));
}

TEST(ScoreTask, PromptInTheLanguageOfTheCriterion) {
  ScoreQuestion question;
  question.criterion = "How urgent is it?";
  question.frame = {"Mail: ", " END"};
  const ScoredPrompt english = ScalePrompt(question);
  EXPECT_EQ(english.parts.head,
            "Score the text by this criterion: How urgent is it?\n"
            "The scale goes from 1 (lowest) to 5 (highest).\n\nText:\nMail: ");
  EXPECT_EQ(english.parts.tail,
            " END\n\nCriterion: How urgent is it?\nScore from 1 to 5. Answer with the number "
            "only.");
  EXPECT_EQ(english.labels.size(), 5u);
  question.language = Language::kChinese;
  question.criterion = "紧急程度";
  EXPECT_THAT(ScalePrompt(question).parts.head, HasSubstr("请按以下标准给文字评分：紧急程度"));
}

TEST(ScoreTask, ScalesAndExamplesAreChecked) {
  const auto message = [](const std::string& criterion, int low, int high,
                          std::vector<Example> examples = {}) {
    TaskOptions options;
    options.examples = std::move(examples);
    const auto task = MakeScoreTask(kText, criterion, low, high, options);
    return task.ok() ? std::string("no error") : task.error().message;
  };
  EXPECT_EQ(message("x", -3, 3), "no error");
  EXPECT_EQ(message("\u3000", 1, 5), "ai_score: the criterion is blank");
  EXPECT_THAT(message("x", 5, 5), HasSubstr("ai_score: the scale goes from 5 to 5"));
  EXPECT_THAT(message("x", 0, 100), HasSubstr("more than 100 steps"));
  EXPECT_THAT(message("x", INT32_MIN, INT32_MAX), HasSubstr("more than 100 steps"));
  EXPECT_EQ(message("x", 1, 5, {{"a", {"5"}}}), "no error");
  EXPECT_THAT(message("x", 1, 5, {{"a", {"6"}}}), HasSubstr("a whole number from 1 to 5"));
}

TEST(ScoreTask, FingerprintFollowsCriterionAndScale) {
  const auto fingerprint = [](const std::string& criterion, int high) {
    return (*MakeScoreTask(kText, criterion, 1, high, {}))->Fingerprint();
  };
  EXPECT_EQ(fingerprint("a", 5), fingerprint("a", 5));
  EXPECT_NE(fingerprint("a", 5), fingerprint("b", 5));
  EXPECT_NE(fingerprint("a", 5), fingerprint("a", 6));
}

}  // namespace
}  // namespace fathom
