// Goal: one answer a group, of all its texts, however many; what was asked once is not asked again.
// Method: a fake model that says how many lines it was given, a token a byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "ledger/ledger.h"
#include "semantic/fake_model.h"
#include "semantic/kept_parts.h"
#include "semantic/task.h"
#include "semantic/task_tokens.h"

namespace fathom {
namespace {

using ::testing::HasSubstr;

// Of lines that are numbers their sum, of others their count.
Result<Generation> Sum(const std::string& row) {
  int64_t sum = 0;
  for (size_t at = 0; at < row.size(); at = row.find('\n', at) + 1) {
    const char* line = row.c_str() + at + 2;
    sum += *line >= '0' && *line <= '9' ? std::atoll(line) : 1;
  }
  return Generation{std::to_string(sum)};
}

std::string Json(size_t texts) {
  std::string json = "[";
  for (size_t i = 0; i < texts; ++i)
    json += std::string(i > 0 ? "," : "") + "\"a text of some length\"";
  return json + "]";
}

std::string TextOf(const Result<Answer>& answer) { return std::get<std::string>(answer->value); }

class AggregateTaskTest : public ::testing::Test {
 protected:
  AggregateTaskTest() { model_.on_generate = Sum; }

  FakeModel model_;
  std::unique_ptr<Task> task_ = MakeAggregateTask("Count them.", {.max_tokens = 50}).value();
};

TEST_F(AggregateTaskTest, OneAnswerAGroup) {
  const auto answers = RunTask(*task_, model_, {{Json(3)}, {Json(1)}, {Json(5000)}});
  EXPECT_EQ(TextOf(answers[0]), "3");
  EXPECT_EQ(TextOf(answers[1]), "1");
  EXPECT_EQ(TextOf(answers[2]), "5000");
  // All groups in one job, then what is left of the large one.
  ASSERT_GE(model_.generate_calls.size(), 2u);
  EXPECT_GT(model_.generate_calls[0].rows.size(), 60u);
  EXPECT_THAT(model_.generate_calls[0].prompt.head, HasSubstr("Count them."));
  EXPECT_THAT(model_.generate_calls[1].prompt.head, HasSubstr("read in parts"));
}

TEST_F(AggregateTaskTest, WhatCannotBeReadDoesNotCount) {
  const auto answers = RunTask(*task_, model_, {{"[]"}, {R"([" ", "x"])"}, {R"([" "])"}});
  EXPECT_EQ(answers[0].error().code, ErrorCode::kEmptyInput);
  EXPECT_EQ(TextOf(answers[1]), "1");
  EXPECT_EQ(answers[2].error().code, ErrorCode::kEmptyInput);
}

TEST_F(AggregateTaskTest, APartThatFailsFailsItsGroup) {
  model_.on_generate = [](const std::string& row) -> Result<Generation> {
    if (row.find("bad") != std::string::npos) return Error{ErrorCode::kDegenerateOutput, "loop"};
    return Sum(row);
  };
  const auto answers = RunTask(*task_, model_, {{Json(2)}, {R"(["bad"])"}});
  EXPECT_EQ(TextOf(answers[0]), "2");
  EXPECT_EQ(answers[1].error().code, ErrorCode::kDegenerateOutput);
  EXPECT_GT(model_.generate_calls[1].options.temperature, .5);  // asked twice
}

// Long answers to parts do not become more and more parts.
TEST_F(AggregateTaskTest, Ends) {
  model_.on_generate = [](const std::string&) { return Generation{std::string(6000, 'x')}; };
  const auto answers = RunTask(*task_, model_, {{Json(900)}});
  EXPECT_TRUE(answers[0].ok());
  EXPECT_LT(model_.generate_calls.size(), 10u);
}

TEST_F(AggregateTaskTest, CountsWhatItReads) {
  const std::vector<std::vector<std::string>> rows{{Json(3)}, {Json(500)}};
  const TaskTokens tokens = CountTaskTokens(*task_, model_, rows).value();
  ASSERT_EQ(tokens.rows.size(), 2u);
  EXPECT_GT(tokens.rows[1], 500 * 20);
  EXPECT_LT(tokens.rows[0], 200);
  EXPECT_GT(tokens.generated_row_max, 50 * 5);
  EXPECT_TRUE(model_.generate_calls.empty());
}

TEST_F(AggregateTaskTest, PartsAreKept) {
  char folder[] = "/tmp/fathom_aggregate_XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  {
    const auto ledger = Ledger::Open({.path = std::string(folder) + "/ledger.db"}).value();
    KeptParts kept(model_, *ledger, 1, "ai_agg");
    const std::vector<std::vector<std::string>> rows{{Json(500)}};
    const auto first = RunTask(*task_, kept, rows);
    ASSERT_TRUE(ledger->Flush().ok());
    model_.on_generate = [](const std::string&) -> Result<Generation> {
      return Error{ErrorCode::kBadOutput, "asked again"};
    };
    const auto again = RunTask(*task_, kept, rows);
    EXPECT_EQ(TextOf(again[0]), TextOf(first[0]));
  }
  std::filesystem::remove_all(folder);
}

TEST(SummarizeAggregateTask, Wording) {
  FakeModel model;
  model.on_generate = [](const std::string&) { return Generation{"好"}; };
  const auto task = MakeSummarizeAggregateTask(FindLanguage("zh"), {.task = "Prices?"}).value();
  RunTask(*task, model, {{R"(["x"])"}});
  EXPECT_THAT(model.generate_calls[0].prompt.head, HasSubstr("Write in Chinese. Prices?"));
  EXPECT_EQ(MakeAggregateTask(" ", {}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace fathom
