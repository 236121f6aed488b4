#include "llm/local_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "llm/bit_identity.h"
#include "llm/model_catalog.h"

namespace fathom {
namespace {

using testing::HasSubstr;

class LocalModelTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = TestModelPath(FindKnownModel("smollm2-135m")->file);
    if (!std::filesystem::exists(path_)) GTEST_SKIP() << "skipped: there is no " << path_;
  }

  std::unique_ptr<LanguageModel> Load(LocalModelOptions options = {}) {
    options.name = "smollm2-135m";
    return LoadLocalModel(path_, options).value();
  }

  std::string path_;
};

TEST(BitIdentity, Smollm2) { CheckBitIdentity(FindKnownModel("smollm2-135m")->file, 200); }

TEST_F(LocalModelTest, InfoNamesWhatAnswersDependOn) {
  const std::unique_ptr<LanguageModel> model = Load();
  EXPECT_EQ(model->Info().name, "smollm2-135m");
  EXPECT_EQ(model->Info().context_tokens, 8192);
  EXPECT_THAT(model->Info().fingerprint, HasSubstr(RuntimeDescription() + "/int8/"));
}

// Limits and the prefix store are performance: tiny ones give the same bits.
TEST_F(LocalModelTest, LimitsDoNotChangeABit) {
  std::vector<std::string> rows = MakeMessages(30);
  for (int i = 0; i < 300; ++i) rows[3] += " very long";  // more than one piece
  const RowScores expected = ScoreInBatches(*Load(), rows, rows.size());
  const LocalModelOptions tiny{
      .name = {}, .limits = {.batch_tokens = 40, .rows = 3}, .kv_bytes = 1, .prefix_bytes = 0};
  const LocalModelOptions odd{.name = {},
                              .limits = {.batch_tokens = 700, .rows = 17},
                              .kv_bytes = 40 << 20,
                              .prefix_bytes = 0};
  EXPECT_EQ(ScoreInBatches(*Load(tiny), rows, rows.size()), expected);
  EXPECT_EQ(ScoreInBatches(*Load(odd), rows, 11), expected);
}

TEST_F(LocalModelTest, DecodingDoesNotDependOnLimits) {
  const std::vector<std::string> rows = MakeMessages(12);
  const auto generate = [&](LanguageModel& model, double temperature) {
    std::vector<std::string> texts(rows.size());
    const Status status = model.Generate(
        {"", "Repeat: ", "", ""}, rows, {.max_tokens = 8, .temperature = temperature, .seed = 3},
        OnLong::kFail, {}, [&](size_t row, Result<Generation> g) { texts[row] = g->text; });
    EXPECT_TRUE(status.ok());
    return texts;
  };
  const std::unique_ptr<LanguageModel> model = Load();
  const std::unique_ptr<LanguageModel> tiny =
      Load({.name = {}, .limits = {.batch_tokens = 40, .rows = 5}, .kv_bytes = 4 << 20});
  EXPECT_EQ(generate(*tiny, 0), generate(*model, 0));
  EXPECT_EQ(generate(*tiny, .9), generate(*model, .9));
  EXPECT_NE(generate(*model, 0), generate(*model, .9));
}

TEST_F(LocalModelTest, PrefixIsComputedOnce) {
  const std::unique_ptr<LanguageModel> model = Load();
  Usage usage;
  RunContext context;
  context.usage = &usage;
  const std::vector<std::string> rows = {"one"};
  const auto score = [&](const std::string& system) {
    const Status status =
        model->Score({system, "", "", ""}, rows, std::vector<ScoreLabel>{{{"a"}}, {{"b"}}},
                     OnLong::kFail, context, [](size_t, Result<std::span<const double>>) {});
    EXPECT_TRUE(status.ok());
    return usage.prefix_tokens.load();
  };
  const int64_t once = score("You sort messages.");
  EXPECT_GT(once, 0);
  EXPECT_EQ(score("You sort messages."), once);
  EXPECT_GT(score("You sort letters."), once);
}

// Goal: the words matter. A model this small says "positive" to everything, but with less
// conviction where it is wrong.
// EXPLAIN and the budget count with it. Labels that begin alike take further decisions a row.
TEST_F(LocalModelTest, CountPromptIsWhatScoreReads) {
  const std::unique_ptr<LanguageModel> model = Load();
  const PromptParts prompt{"", "Label the text: ", "\nLabel:", ""};
  const std::vector<std::string> rows = {"My card has not arrived.", "The top up failed again"};
  const std::vector<ScoreLabel> labels = {{{"card arrival"}},
                                          {{"card linking"}},
                                          {{"card delivery estimate"}},
                                          {{"top up by card"}},
                                          {{"top up failed"}}};
  const Result<PromptTokens> count = model->CountPrompt(prompt, rows, labels);
  ASSERT_TRUE(count.ok());
  Usage usage;
  RunContext context;
  context.usage = &usage;
  ASSERT_TRUE(
      model->Score(prompt, rows, labels, OnLong::kFail, context, [](size_t, const auto&) {}).ok());
  EXPECT_EQ(count->prefix, usage.prefix_tokens);
  EXPECT_EQ(count->rows[0] + count->rows[1], usage.row_tokens);
  EXPECT_EQ(model->CountPrompt(prompt, rows, labels)->prefix, 0);  // kept for the next job
}

TEST_F(LocalModelTest, AnswersMakeSense) {
  const std::unique_ptr<LanguageModel> model = Load();
  const std::vector<std::string> rows = {"I love it, wonderful, the best day of my life!",
                                         "Terrible. I hate it. The worst thing ever."};
  std::vector<double> log_odds(2);
  const Status status = model->Score(
      {"", "Text: ", "\nIs the sentiment of the text positive or negative?", "The sentiment is "},
      rows, std::vector<ScoreLabel>{{{"positive"}}, {{"negative"}}}, OnLong::kFail, {},
      [&](size_t row, Result<std::span<const double>> p) { log_odds[row] = (*p)[0] - (*p)[1]; });
  ASSERT_TRUE(status.ok());
  EXPECT_GT(log_odds[0], log_odds[1] + 1);
}

TEST_F(LocalModelTest, StopStringsEndAnAnswer) {
  const std::unique_ptr<LanguageModel> model = Load();
  const std::vector<std::string> rows = {"Count from one to ten in digits."};
  const auto generate = [&](std::vector<std::string> stop) {
    Generation generation;
    const Status status =
        model->Generate({}, rows, {.max_tokens = 40, .stop = std::move(stop)}, OnLong::kFail, {},
                        [&](size_t, Result<Generation> g) { generation = g.value(); });
    EXPECT_TRUE(status.ok());
    return generation;
  };
  const std::string whole = generate({}).text;
  ASSERT_GT(whole.size(), 10u);
  const std::string stop = whole.substr(6, 3);
  const Generation cut = generate({stop});
  EXPECT_EQ(cut.text, whole.substr(0, whole.find(stop)));
  EXPECT_EQ(cut.finish, FinishReason::kStop);
}

TEST(LoadLocalModel, MissingFile) {
  const auto model = LoadLocalModel("/no/such/model.gguf", {});
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(model.error().message, HasSubstr("/no/such/model.gguf"));
}

}  // namespace
}  // namespace fathom
