// Goal: a forecast is near what the run then takes, and its answers are ones the task can give.
// Method: tasks on the stub model, forecast and then run.
#include "semantic/forecast.h"

#include <gtest/gtest.h>

#include <map>

#include "llm/stub_model.h"
#include "llm/stub_script.h"

namespace fathom {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::unique_ptr<LanguageModel> Stub() {
  auto script = StubScript::Parse(R"({"default": "no"})", "test");
  FATHOM_ASSERT(script.ok());
  return MakeStubModel("stub", *script);
}

Rows ManyRows() {
  Rows rows;
  for (int i = 0; i < 2000; ++i) {
    std::string text = std::to_string(i);
    for (int word = 0; word < i % 7; ++word) text += " word";
    rows.push_back({text});
  }
  return rows;
}

std::unique_ptr<Task> Classify() {
  auto task = MakeClassifyTask({{"", ""}, {0}}, {{"a", ""}, {"b", ""}, {"c", ""}}, {});
  FATHOM_ASSERT(task.ok());
  return std::move(*task);
}

TEST(Forecast, CountsOnASample) {
  const auto model = Stub();
  const auto task = Classify();
  const Rows rows = ManyRows();
  const Result<Forecast> forecast = ForecastRows(*task, *model, rows, {});
  ASSERT_TRUE(forecast.ok());
  Usage usage;
  RunContext context;
  context.usage = &usage;
  ASSERT_TRUE(task->Run(*model, rows, context, [](size_t, const Result<Answer>&) {}).ok());
  EXPECT_EQ(forecast->prefix_tokens, usage.prefix_tokens);
  EXPECT_NEAR(static_cast<double>(forecast->row_tokens), static_cast<double>(usage.row_tokens),
              .03 * static_cast<double>(usage.row_tokens));
  EXPECT_EQ(forecast->rows, 2000);
  EXPECT_EQ(forecast->generated_tokens, 0);
}

TEST(Forecast, DrawsFromAllLabelsWhenNothingIsKnown) {
  const auto model = Stub();
  const Result<Forecast> forecast = ForecastRows(*Classify(), *model, ManyRows(), {});
  ASSERT_TRUE(forecast.ok());
  std::map<std::string, int> drawn;
  for (const auto& outcome : forecast->outcomes) ++drawn[std::get<std::string>(outcome->value)];
  EXPECT_EQ(drawn.size(), 3u);
  for (const auto& [label, times] : drawn) EXPECT_GT(times, 2000 / 6) << label;
}

TEST(Forecast, DrawsFromWhatIsKnown) {
  const auto model = Stub();
  const Result<Answer> a(Answer{std::string("a"), 1});
  const Result<Answer> b(Answer{std::string("b"), 1});
  const std::vector<const Result<Answer>*> known{&a, &a, &a, &a, &a, &a, &a, &a, &a, &b};
  const Result<Forecast> forecast = ForecastRows(*Classify(), *model, ManyRows(), known);
  ASSERT_TRUE(forecast.ok());
  int times_b = 0;
  for (const auto& outcome : forecast->outcomes) {
    times_b += std::get<std::string>(outcome->value) == "b" ? 1 : 0;
  }
  EXPECT_NEAR(times_b, 200, 60);
}

TEST(Forecast, DecodedAnswersAreAsLongAsKnownOnes) {
  const auto model = Stub();
  auto task = MakeCompleteTask({{"", ""}, {0}}, {});
  ASSERT_TRUE(task.ok());
  const Rows rows{{"one"}, {"two"}, {" "}};
  const Result<Answer> known(Answer{std::string("four words are here"), 1});
  const std::vector<const Result<Answer>*> list{&known};
  EXPECT_EQ(ForecastRows(**task, *model, rows, list)->generated_tokens, 2 * 5);
  EXPECT_EQ(ForecastRows(**task, *model, rows, {})->generated_tokens, 2 * 48);
}

}  // namespace
}  // namespace fathom
