#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "semantic/classify_form.h"
#include "semantic/fake_model.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const InputTemplate kText{{"", ""}, {0}};

std::string LabelError(std::vector<Label> labels) {
  const auto task = MakeClassifyTask(kText, std::move(labels), {});
  return task.ok() ? "no error" : task.error().message;
}

TEST(ClassifyTask, LabelListsAreChecked) {
  EXPECT_EQ(LabelError({{"a", ""}}), "ai_classify: label list has 1 entry, need at least 2");
  EXPECT_EQ(LabelError({}), "ai_classify: label list has 0 entries, need at least 2");
  EXPECT_EQ(LabelError({{"a", ""}, {"\u3000", ""}}), "ai_classify: label 2 is blank");
  EXPECT_EQ(LabelError({{"a", ""}, {"b", ""}, {" a\n", ""}}),
            "ai_classify: label 'a' stands twice in the list, as number 1 and 3");
  std::vector<Label> many;
  for (int i = 0; i < 500; ++i) many.push_back({"label " + std::to_string(i), ""});
  EXPECT_EQ(LabelError(many), "no error");
  many.push_back({"one more", ""});
  EXPECT_THAT(LabelError(many), HasSubstr("has 501 entries, at most 500 are possible"));
}

TEST(ClassifyTask, TheLikeliestLabelAsTheUserWroteIt) {
  FakeModel model;
  model.on_score = [](size_t, const std::string& row) -> Result<std::vector<double>> {
    if (row == "long") return Error{ErrorCode::kTooLong, "9000 tokens"};
    return row == "goal" ? std::vector<double>{0.1, 0.7, 0.2} : std::vector<double>{0.5, 0.3, 0.2};
  };
  const auto task = MakeClassifyTask(kText, {{"World", ""}, {" Sports ", ""}, {"天气", ""}}, {});
  ASSERT_TRUE(task.ok());
  EXPECT_EQ((*task)->value_type(), ValueType::kVarchar);
  const auto answers = RunTask(**task, model, {{"goal"}, {""}, {"vote"}, {"long"}});
  EXPECT_EQ(std::get<std::string>(answers[0]->value), "Sports");
  EXPECT_NEAR(answers[0]->confidence, 0.7, 1e-12);
  EXPECT_EQ(answers[1].error().code, ErrorCode::kEmptyInput);
  EXPECT_EQ(std::get<std::string>(answers[2]->value), "World");
  EXPECT_EQ(answers[3].error().code, ErrorCode::kTooLong);
}

TEST(ClassifyTask, TheLeaningIsTakenOff) {
  FakeModel model;
  model.leaning = {0.9, 0.1};
  model.on_score = [](size_t, const std::string&) { return std::vector<double>{0.6, 0.4}; };
  const auto task = MakeClassifyTask(kText, {{"first", ""}, {"second", ""}}, {});
  for (int i = 0; i < 2; ++i) {
    const auto answers = RunTask(**task, model, {{"text"}});
    EXPECT_EQ(std::get<std::string>(answers[0]->value), "second");
    // odds .6/.4 less three quarters (in logarithms) of .9/.1
    const double odds = 0.6 / 0.4 / std::pow(9.0, 0.75);
    EXPECT_NEAR(answers[0]->confidence, 1 / (1 + odds), 1e-12);
  }
  EXPECT_EQ(model.neutral_calls, 1);
}

TEST(ClassifyForm, NamesTheLabelsBeforeAndBehindTheRow) {
  ClassifyQuestion question;
  question.task = "Route the ticket.";
  question.labels = {{"bug", "something is broken"}, {"wish", ""}, {"other", ""}};
  question.examples = {{"it crashes", {"bug"}}};
  const auto prompts = DefaultClassifyForm().prompts(question);
  ASSERT_EQ(prompts.size(), 1u);
  EXPECT_EQ(prompts[0].parts.head,
            "Route the ticket.\nLabel the text with one of these labels:\n"
            "- bug: something is broken\n- wish\n- other\n\n"
            "Text:\nit crashes\nLabel: bug\n\nText:\n");
  EXPECT_EQ(prompts[0].parts.tail,
            "\n\nWhich label fits the text best: bug, wish or other? Answer with the label only.");
  question.language = Language::kChinese;
  question.labels = {{"满意", ""}, {"不满意", "抱怨"}};
  question.examples.clear();
  const auto chinese = DefaultClassifyForm().prompts(question);
  EXPECT_THAT(chinese[0].parts.head, HasSubstr("- 不满意：抱怨\n"));
  EXPECT_EQ(chinese[0].parts.tail, "\n\n哪个标签最符合这段文字：满意、不满意？只回答标签。");
}

TEST(ClassifyForm, ALongListIsNotRepeatedPerRow) {
  ClassifyQuestion question;
  for (int i = 0; i < 13; ++i) question.labels.push_back({"label" + std::to_string(i), ""});
  EXPECT_THAT(DefaultClassifyForm().prompts(question)[0].parts.tail,
              HasSubstr("the labels above?"));
}

TEST(ClassifyTask, TheConstantsOfTheInputAreShared) {
  FakeModel model;
  model.on_score = [](size_t, const std::string&) { return std::vector<double>{0.5, 0.5}; };
  const InputTemplate ticket{{"Subject: ", "\nBody: ", " (end)"}, {0, 1}};
  const auto task = MakeClassifyTask(ticket, {{"bug", ""}, {"wish", ""}}, {});
  RunTask(**task, model, {{"crash", "it stops"}});
  EXPECT_TRUE(model.score_calls[0].prompt.head.ends_with("Subject: "));
  EXPECT_TRUE(model.score_calls[0].prompt.tail.starts_with(" (end)"));
  EXPECT_THAT(model.score_calls[0].rows, ElementsAre("crash\nBody: it stops"));
}

TEST(ClassifyTask, MultiDecidesEveryLabelByItself) {
  FakeModel model;
  model.on_score = [](size_t call, const std::string& row) -> Result<std::vector<double>> {
    if (row == "odd" && call == 1) return Error{ErrorCode::kBadOutput, "no numbers"};
    if (row == "none") return std::vector<double>{0.1, 0.9};
    return call == 1 ? std::vector<double>{0.2, 0.8} : std::vector<double>{0.9, 0.1};
  };
  TaskOptions options;
  options.multi = true;
  const auto task = MakeClassifyTask(
      kText, {{"price", ""}, {"taste", "how food tastes"}, {"speed", ""}}, options);
  ASSERT_TRUE(task.ok());
  EXPECT_EQ((*task)->value_type(), ValueType::kVarcharList);
  const auto answers = RunTask(**task, model, {{"cheap and fast"}, {"odd"}, {"none"}, {" "}});
  EXPECT_THAT(std::get<std::vector<std::string>>(answers[0]->value), ElementsAre("price", "speed"));
  EXPECT_NEAR(answers[0]->confidence, 0.9 * 0.8 * 0.9, 1e-12);
  EXPECT_EQ(answers[1].error().code, ErrorCode::kBadOutput);
  EXPECT_TRUE(std::get<std::vector<std::string>>(answers[2]->value).empty());
  EXPECT_EQ(answers[3].error().code, ErrorCode::kEmptyInput);
  EXPECT_TRUE(model.generate_calls.empty());  // opposites of labels need no model
  EXPECT_THAT(model.score_calls[1].prompt.tail, HasSubstr("\"taste\" (how food tastes) applies"));
}

TEST(ClassifyTask, ExamplesMustUseTheLabels) {
  TaskOptions options;
  options.examples = {{"goal", {"Sport"}}};
  const auto task = MakeClassifyTask(kText, {{"Sports", ""}, {"World", ""}}, options);
  ASSERT_FALSE(task.ok());
  EXPECT_THAT(task.error().message,
              HasSubstr("ai_classify: example label 'Sport' is not in the label list"));
  options.examples = {{"goal", {"Sports", "World"}}};
  EXPECT_THAT(MakeClassifyTask(kText, {{"Sports", ""}, {"World", ""}}, options).error().message,
              HasSubstr("exactly one label"));
}

TEST(Spellings, FirstLetterInBothCasesUnlessAnotherLabelClaimsIt) {
  const auto spellings =
      SpellingsOf({{"Sports", ""}, {"it", ""}, {"It", ""}, {"满意", ""}, {"1a", ""}});
  EXPECT_THAT(spellings[0].spellings, ElementsAre("Sports", "sports"));
  EXPECT_THAT(spellings[1].spellings, ElementsAre("it"));
  EXPECT_THAT(spellings[2].spellings, ElementsAre("It"));
  EXPECT_THAT(spellings[3].spellings, ElementsAre("满意"));
  EXPECT_THAT(spellings[4].spellings, ElementsAre("1a"));
}

TEST(ClassifyTask, FingerprintFollowsLabelsAndDescriptions) {
  const auto fingerprint = [](std::vector<Label> labels, TaskOptions options = {}) {
    return (*MakeClassifyTask(kText, std::move(labels), std::move(options)))->Fingerprint();
  };
  TaskOptions multi;
  multi.multi = true;
  EXPECT_EQ(fingerprint({{"a", ""}, {"b", ""}}), fingerprint({{" a", ""}, {"b ", " "}}));
  EXPECT_NE(fingerprint({{"a", ""}, {"b", ""}}), fingerprint({{"b", ""}, {"a", ""}}));
  EXPECT_NE(fingerprint({{"a", ""}, {"b", ""}}), fingerprint({{"a", "x"}, {"b", ""}}));
  EXPECT_NE(fingerprint({{"a", ""}, {"b", ""}}), fingerprint({{"a", ""}, {"b", ""}}, multi));
}

}  // namespace
}  // namespace fathom
