#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "semantic/fake_model.h"
#include "semantic/filter_form.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const InputTemplate kPositive{{"The review is positive: ", ""}, {0}};

// Writes `opposite`; finds "good" true and the rest false.
FakeModel Model(const std::string& opposite) {
  FakeModel model;
  model.on_generate = [opposite](const std::string&) { return Generation{opposite}; };
  model.on_score = [](size_t, const std::string& row) -> Result<std::vector<double>> {
    if (row == "long") return Error{ErrorCode::kTooLong, "9000 tokens"};
    if (row == "good") return std::vector<double>{0.8, 0.2};
    return std::vector<double>{0.3, 0.7};
  };
  return model;
}

// What the model was asked about one row of `input`.
FakeModel::ScoreCall Asked(const InputTemplate& input, const std::string& opposite,
                           TaskOptions options = {}) {
  FakeModel model = Model(opposite);
  RunTask(**MakeFilterTask(input, std::move(options)), model, {{"good", "bad"}});
  return model.score_calls.back();
}

TEST(FilterTask, TheLikelierAnswerWithItsProbability) {
  FakeModel model = Model("The review is negative.");
  const auto task = MakeFilterTask(kPositive, {});
  ASSERT_TRUE(task.ok());
  EXPECT_EQ((*task)->value_type(), ValueType::kBoolean);
  const auto answers = RunTask(**task, model, {{"good"}, {" \t"}, {"long"}, {"bad"}});
  EXPECT_TRUE(std::get<bool>(answers[0]->value));
  EXPECT_NEAR(answers[0]->confidence, 0.8, 1e-12);
  EXPECT_EQ(answers[1].error().code, ErrorCode::kEmptyInput);
  EXPECT_EQ(answers[2].error().code, ErrorCode::kTooLong);
  EXPECT_FALSE(std::get<bool>(answers[3]->value));
  EXPECT_NEAR(answers[3]->confidence, 0.7, 1e-12);
}

TEST(FilterTask, AQuarterOfTheLeaningIsTakenOff) {
  // Log-odds of true: ln(.9/.1) with nothing to judge, ln(.3/.7) for the row.
  FakeModel model = Model("The review is negative");
  model.leaning = {0.9, 0.1};
  const auto answers = RunTask(**MakeFilterTask(kPositive, {}), model, {{"bad"}});
  const double log_odds = std::log(0.3 / 0.7) - 0.25 * std::log(9.0);
  EXPECT_NEAR(answers[0]->confidence, 1 / (1 + std::exp(log_odds)), 1e-12);
  // The other way round it turns the answer: -.85 + .25 * 6.9.
  FakeModel doubtful = Model("The review is negative");
  doubtful.leaning = {0.001, 0.999};
  const auto turned = RunTask(**MakeFilterTask(kPositive, {}), doubtful, {{"bad"}});
  EXPECT_TRUE(std::get<bool>(turned[0]->value));
}

TEST(FilterTask, PreparationIsDoneOncePerModel) {
  FakeModel model = Model("The review is negative");
  const auto task = MakeFilterTask(kPositive, {});
  for (int i = 0; i < 3; ++i) RunTask(**task, model, {{"good"}});
  EXPECT_EQ(model.generate_calls.size(), 1u);
  EXPECT_EQ(model.neutral_calls, 1);
  EXPECT_EQ(model.score_calls.size(), 3u);
}

TEST(FilterTask, BlankRowsAloneNeverReachTheModel) {
  FakeModel model = Model("x");
  const auto answers = RunTask(**MakeFilterTask(kPositive, {}), model, {{""}, {"\u3000"}});
  EXPECT_EQ(answers[1].error().code, ErrorCode::kEmptyInput);
  EXPECT_TRUE(model.generate_calls.empty());
  EXPECT_TRUE(model.score_calls.empty());
}

TEST(FilterForm, DescribesWhereTheSentencesPartAtTheirMeaning) {
  const auto call = Asked(kPositive, "The review is negative.");
  EXPECT_EQ(call.prompt.system, "");
  EXPECT_EQ(call.prompt.head, "Describe the text in one sentence.\n\nText:\n");
  EXPECT_EQ(call.prompt.tail, "");
  EXPECT_EQ(call.prompt.answer_head, "One sentence about this text: \"");
  EXPECT_THAT(call.rows, ElementsAre("good"));
  EXPECT_THAT(call.labels[0].spellings, ElementsAre("The review is positive"));
  EXPECT_THAT(call.labels[1].spellings, ElementsAre("The review is negative"));
}

TEST(FilterForm, AsksForAVerdictWhereTheyPartTooEarly) {
  const auto call =
      Asked({{"The article is about business: ", ""}, {0}}, "The article is not about business.");
  EXPECT_EQ(call.prompt.head, "Describe the text.\n\nText:\n");
  EXPECT_EQ(call.prompt.tail, "\n\nIs this true: The article is about business?");
  EXPECT_EQ(call.prompt.answer_head, "\"The article is about business\":");
  EXPECT_THAT(call.labels[0].spellings, ElementsAre(" yes", " Yes"));
  // The same without any opposite.
  EXPECT_EQ(Asked(kPositive, "").prompt.answer_head, "\"The review is positive\":");
}

TEST(FilterForm, QuestionsAndBareRowsAreAnsweredYesOrNo) {
  const auto question = Asked({{"Is ", " a fruit?"}, {0}}, "whatever");
  EXPECT_EQ(question.prompt.head, "Read the text and answer: Is [text] a fruit?\n\nText:\n");
  EXPECT_EQ(question.prompt.tail, "\n\nIs [text] a fruit? Answer yes or no.");
  const auto bare = Asked({{"", ""}, {0}}, "whatever");
  EXPECT_EQ(bare.prompt.tail, "\n\nAnswer yes or no.");
  EXPECT_THAT(bare.labels[1].spellings, ElementsAre("No", "no"));
}

TEST(FilterForm, ChineseStatementsAreAskedInChinese) {
  const auto call = Asked({{"顾客对外卖不满意：", ""}, {0}}, "顾客对外卖满意。");
  EXPECT_EQ(call.prompt.head, "用一句话描述文字。\n\n文字：\n");
  EXPECT_EQ(call.prompt.answer_head, "关于这段文字的一句话：“");
  EXPECT_THAT(call.labels[1].spellings, ElementsAre("顾客对外卖满意"));
  const auto verdict = Asked({{"这是投诉：", ""}, {0}}, "这不是投诉");
  EXPECT_EQ(verdict.prompt.tail, "\n\n这是投诉，是这样吗？");
  EXPECT_EQ(verdict.prompt.answer_head, "“这是投诉”：");
}

TEST(FilterForm, TaskAndExamplesStandBeforeTheRows) {
  TaskOptions options;
  options.task = "Sort reviews for the weekly report.";
  options.examples = {{"fine film", {"true"}}, {"dull film", {"false"}}};
  options.rows.on_long = OnLong::kTruncate;
  const auto call = Asked(kPositive, "The review is negative", options);
  EXPECT_EQ(call.on_long, OnLong::kTruncate);
  EXPECT_EQ(call.prompt.head,
            "Sort reviews for the weekly report.\nDescribe the text in one sentence.\n\n"
            "Text:\nfine film\nAnswer: The review is positive\n\n"
            "Text:\ndull film\nAnswer: The review is negative\n\nText:\n");
}

TEST(FilterTask, FingerprintFollowsWhatIsAsked) {
  const auto fingerprint = [](const InputTemplate& input, TaskOptions options = {}) {
    return (*MakeFilterTask(input, std::move(options)))->Fingerprint();
  };
  TaskOptions truncating;
  truncating.rows.on_long = OnLong::kTruncate;
  EXPECT_EQ(fingerprint(kPositive), fingerprint(kPositive));
  EXPECT_NE(fingerprint(kPositive), fingerprint({{"The review is negative: ", ""}, {0}}));
  EXPECT_NE(fingerprint(kPositive), fingerprint(kPositive, truncating));
}

TEST(FilterTask, ExamplesMustBeBooleans) {
  TaskOptions options;
  options.examples = {{"fine", {"true"}}, {"bad", {"maybe"}}};
  const auto task = MakeFilterTask(kPositive, options);
  ASSERT_FALSE(task.ok());
  EXPECT_THAT(task.error().message, HasSubstr("ai_filter: every example needs"));
}

TEST(Statement, IsTakenFromTheTemplate) {
  struct Case {
    InputTemplate input;
    const char* statement;
    const char* row;
  };
  const std::vector<std::string> args{"a", "b"};
  for (const Case& c :
       std::vector<Case>{{{{"The review is positive: ", ""}, {0}}, "The review is positive", "a"},
                         {{{"", "\n\nThis is spam."}, {0}}, "This is spam", "a"},
                         {{{"Is ", " a fruit?"}, {0}}, "Is [text] a fruit?", "a"},
                         {{{"", " and ", " match."}, {1, 0}},
                          "[text 2] and [text 1] match",
                          "[text 1]: a\n[text 2]: b"},
                         {{{"Is ", " spelled ", "?"}, {0, 0}}, "Is [text] spelled [text]?", "a"},
                         {{{"", ""}, {0}}, "", "a"},
                         {{{" - ", ""}, {0}}, "-", "a"}}) {
    EXPECT_EQ(StatementOf(c.input, Language::kEnglish), c.statement);
    EXPECT_EQ(FilterRowText(c.input, Language::kEnglish, args), c.row);
  }
  EXPECT_EQ(StatementOf({{"顾客对外卖不满意：", ""}, {0}}, Language::kChinese), "顾客对外卖不满意");
  EXPECT_EQ(StatementOf({{"", "和", "一样吗？"}, {0, 1}}, Language::kChinese),
            "【文字1】和【文字2】一样吗？");
}

}  // namespace
}  // namespace fathom
