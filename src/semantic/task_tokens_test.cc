// Goal: counting beforehand gives what the run then uses.
// Method: tasks on the stub model (a token is a word), counted and then run.
#include "semantic/task_tokens.h"

#include <gtest/gtest.h>

#include <numeric>

#include "llm/stub_model.h"
#include "llm/stub_script.h"

namespace fathom {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::unique_ptr<LanguageModel> Stub() {
  auto script = StubScript::Parse(R"({"default": "no", "context_tokens": 300})", "test");
  FATHOM_ASSERT(script.ok());
  return MakeStubModel("stub", *script);
}

InputTemplate Plain() { return {{"", ""}, {0}}; }

int64_t Sum(const std::vector<int64_t>& values) {
  return std::accumulate(values.begin(), values.end(), int64_t{0});
}

TEST(TaskTokens, AreWhatTheRunUses) {
  const auto model = Stub();
  const Rows rows{{"one"}, {"two words"}, {"   "}, {"and three words"}};
  for (const bool score : {true, false}) {
    auto task = score ? MakeScoreTask(Plain(), "urgency", 1, 5, {})
                      : MakeClassifyTask(Plain(), {{"a", ""}, {"b", ""}}, {});
    ASSERT_TRUE(task.ok());
    const Result<TaskTokens> count = CountTaskTokens(**task, *model, rows);
    ASSERT_TRUE(count.ok());
    Usage usage;
    RunContext context;
    context.usage = &usage;
    ASSERT_TRUE((*task)->Run(*model, rows, context, [](size_t, const Result<Answer>&) {}).ok());
    EXPECT_EQ(count->prefix, usage.prefix_tokens);
    EXPECT_EQ(Sum(count->rows), usage.row_tokens);
    ASSERT_EQ(count->rows.size(), 4u);
    EXPECT_EQ(count->rows[2], 0);  // blank
    EXPECT_GT(count->rows[3], count->rows[0]);
    EXPECT_EQ(count->generated_row_max, 0);
  }
}

// A typed answer may take max_tokens, forced or decided; what a model that knows nothing writes is
// no answer of that type.
TEST(TaskTokens, OfATypedAnswerAreAtMostItsLimit) {
  const auto model = Stub();
  const Rows rows{{"one"}, {"two words"}};
  TaskOptions options;
  options.max_tokens = 9;
  auto fields = FormatOfSchema(R"({"properties": {"a": {"type": "integer"}}})");
  ASSERT_TRUE(fields.ok());
  auto task = MakeExtractTask(Plain(), *fields, options);
  ASSERT_TRUE(task.ok());
  const Result<TaskTokens> count = CountTaskTokens(**task, *model, rows);
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(count->generated_row_max, 9);
  EXPECT_GT(count->prefix, 0);
  EXPECT_EQ(count->rows, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(count->outcomes[0].error().code, ErrorCode::kBadOutput);
}

// A filter's prompts depend on the opposite that the model writes.
TEST(TaskTokens, WhatTheModelPreparesIsNotPreparedAgain) {
  auto script = StubScript::Parse(
      R"({"rules": [{"contains": "It is fast", "answer": "It is slow"}], "default": "no"})",
      "test");
  ASSERT_TRUE(script.ok());
  const auto model = MakeStubModel("stub", *script);
  auto task = MakeFilterTask({{"It is fast: ", ""}, {0}}, {});
  ASSERT_TRUE(task.ok());
  const Rows rows{{"one"}, {"two words"}};
  Usage usage;
  RunContext context;
  context.usage = &usage;
  const Result<TaskTokens> count = CountTaskTokens(**task, *model, rows, &context);
  ASSERT_TRUE(count.ok());
  const int64_t prepared = usage.prefix_tokens + usage.generated_tokens;
  EXPECT_GT(prepared, 0);
  EXPECT_EQ(usage.rows_done, 0);
  ASSERT_TRUE((*task)->Run(*model, rows, context, [](size_t, const Result<Answer>&) {}).ok());
  EXPECT_EQ(count->prefix, usage.prefix_tokens + usage.generated_tokens - prepared);
  EXPECT_EQ(Sum(count->rows), usage.row_tokens);
}

TEST(TaskTokens, DecodingCountsAtItsLongest) {
  const auto model = Stub();
  TaskOptions options;
  options.max_tokens = 7;
  auto task = MakeCompleteTask(Plain(), options);
  ASSERT_TRUE(task.ok());
  const Result<TaskTokens> count = CountTaskTokens(**task, *model, Rows{{"a b"}, {"c"}});
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(count->generated_row_max, 7);
  EXPECT_EQ(Sum(count->rows), 3);
}

TEST(TaskTokens, RowsThatDoNotFitTakeNothing) {
  const auto model = Stub();
  std::string text;
  for (int i = 0; i < 400; ++i) text += "w ";
  auto task = MakeScoreTask(Plain(), "urgency", 1, 5, {});
  ASSERT_TRUE(task.ok());
  const Result<TaskTokens> count = CountTaskTokens(**task, *model, Rows{{text}, {"short"}});
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(count->rows[0], 0);
  EXPECT_GT(count->rows[1], 0);
}

}  // namespace
}  // namespace fathom
