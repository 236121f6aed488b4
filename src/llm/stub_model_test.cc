#include "llm/stub_model.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fathom {
namespace {

std::unique_ptr<LanguageModel> Make(const std::string& json) {
  Result<StubScript> script = StubScript::Parse(json, "test.json");
  EXPECT_TRUE(script.ok()) << (script.ok() ? "" : script.error().message);
  return MakeStubModel("stub", std::move(*script));
}

// The probabilities of one row, or an empty vector and the error's message.
std::vector<double> Score(LanguageModel& model, const std::string& row,
                          const std::vector<ScoreLabel>& labels, std::string* error = nullptr,
                          const PromptParts& prompt = {}) {
  std::vector<double> probs;
  const Status status = model.Score(prompt, {&row, 1}, labels, OnLong::kFail, {},
                                    [&](size_t, Result<std::span<const double>> result) {
                                      if (!result.ok()) {
                                        if (error) *error = ErrorCodeName(result.error().code);
                                        return;
                                      }
                                      for (double p : *result) probs.push_back(std::exp(p));
                                    });
  EXPECT_TRUE(status.ok());
  return probs;
}

Generation Complete(LanguageModel& model, const std::string& row, const GenerateOptions& options) {
  Generation generation;
  const Status status =
      model.Generate({}, {&row, 1}, options, OnLong::kFail, {},
                     [&](size_t, Result<Generation> result) { generation = result.value(); });
  EXPECT_TRUE(status.ok());
  return generation;
}

const std::vector<ScoreLabel> kYesNo = {{{"Yes", "yes"}}, {{"No"}}};

TEST(StubModel, FirstRuleThatAppliesDecides) {
  const auto model = Make(R"({"rules": [{"contains": "great", "answer": "yes"},
      {"contains": "gre", "answer": "no"}, {"contains": "boom", "error": "bad_output"},
      {"contains": "sure", "answer": "yes", "probability": 0.99}], "default": "no"})");
  EXPECT_NEAR(Score(*model, "a great day", kYesNo)[0], .9, 1e-12);
  EXPECT_NEAR(Score(*model, "a grey day", kYesNo)[0], .1, 1e-12);
  EXPECT_NEAR(Score(*model, "sure", kYesNo)[0], .99, 1e-12);
  EXPECT_NEAR(Score(*model, "else", kYesNo)[1], .9, 1e-12);
  std::string error;
  EXPECT_TRUE(Score(*model, "boom", kYesNo, &error).empty());
  EXPECT_EQ(error, "bad_output");
}

TEST(StubModel, RulesMayAskForThePrompt) {
  const auto model = Make(R"({"rules": [{"prompt_contains": "spam", "answer": "yes"},
      {"prompt_contains": "urgent", "contains": "now", "answer": "yes"}], "default": "no"})");
  EXPECT_GT(Score(*model, "x", kYesNo, nullptr, {.system = "find spam"})[0], .5);
  EXPECT_GT(Score(*model, "now", kYesNo, nullptr, {.tail = "Is it urgent?"})[0], .5);
  EXPECT_LT(Score(*model, "later", kYesNo, nullptr, {.head = "urgent?"})[0], .5);
}

TEST(StubModel, AnswerNamesALabel) {
  const auto model = Make(R"({"rules": [{"contains": "#b", "answer": " BILLING "},
      {"contains": "#y", "answer": "yes"}, {"contains": "#n", "answer": "no"}],
      "default": "none of them"})");
  const std::vector<ScoreLabel> topics = {{{"shipping"}}, {{"Billing"}}, {{"other"}}};
  EXPECT_NEAR(Score(*model, "#b", topics)[1], .9, 1e-12);
  EXPECT_NEAR(Score(*model, "#b", topics)[0], .05, 1e-12);
  // No such label: one that the row names, else the last.
  EXPECT_NEAR(Score(*model, "the Shipping was slow", topics)[0], .9, 1e-12);
  EXPECT_NEAR(Score(*model, "hello", topics)[2], .9, 1e-12);
  // yes and no stand for the first and the second of two labels with other names.
  const std::vector<ScoreLabel> two = {{{"positive"}}, {{"negative"}}};
  EXPECT_NEAR(Score(*model, "#y", two)[0], .9, 1e-12);
  EXPECT_NEAR(Score(*model, "#n", two)[1], .9, 1e-12);
  EXPECT_NEAR(Score(*model, "#n", {{{"no"}}, {{"ja"}}})[0], .9, 1e-12);
}

TEST(StubModel, GeneratesTheAnswerWithTheRow) {
  const auto model = Make(R"json({"rules": [{"contains": "long", "answer": "one two three four"}],
      "default": "You said: {row}. ({row})"})json");
  const Generation whole = Complete(*model, "hi {row}", {});
  EXPECT_EQ(whole.text, "You said: hi {row}. (hi {row})");
  EXPECT_EQ(whole.finish, FinishReason::kStop);
  const Generation cut = Complete(*model, "long", {.max_tokens = 2});
  EXPECT_EQ(cut.text, "one two");
  EXPECT_EQ(cut.finish, FinishReason::kLength);
  EXPECT_EQ(cut.tokens, 2);
  EXPECT_EQ(Complete(*model, "long", {.stop = {"three", "two"}}).text, "one ");
}

TEST(StubModel, AnswersThatAreNotSoundFail) {
  const std::string loop = [] {
    std::string text;
    for (int i = 0; i < 60; ++i) text += "and so on, ";
    return text;
  }();
  const auto model = Make(R"json({"rules": [{"contains": "loop", "answer": ")json" + loop +
                          R"json("}], "default": "the rain in Spain falls on the plain"})json");
  const auto code_of = [&](const std::string& row, const GenerateOptions& options) {
    std::optional<ErrorCode> code;
    EXPECT_TRUE(model
                    ->Generate({}, {&row, 1}, options, OnLong::kFail, {},
                               [&](size_t, Result<Generation> result) {
                                 if (!result.ok()) code = result.error().code;
                               })
                    .ok());
    return code;
  };
  EXPECT_EQ(code_of("loop", {}), ErrorCode::kDegenerateOutput);
  EXPECT_EQ(code_of("x", {.scripts = {{Script::kHan}}}), ErrorCode::kWrongLanguage);
  EXPECT_EQ(code_of("x", {.scripts = {{Script::kLatin}}}), std::nullopt);
}

TEST(StubModel, CountsTheRowsItWasAsked) {
  const auto model = Make(R"({"default": "no", "context_tokens": 6})");
  const int64_t before = StubCalls();
  Score(*model, "a b", kYesNo);
  std::string error;
  Score(*model, "a b c d e f g h", kYesNo, &error);
  EXPECT_EQ(error, "too_long");
  EXPECT_EQ(StubCalls() - before, 1);
}

TEST(StubModel, TruncatesAtWords) {
  const auto model = Make(R"({"default": "{row}", "context_tokens": 12})");
  const std::string row = "one two three four five six seven";
  std::string text;
  const Status status =
      model->Generate({}, {&row, 1}, {.max_tokens = 9}, OnLong::kTruncate, {},
                      [&](size_t, Result<Generation> result) { text = result->text; });
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(text, "one two three");
}

TEST(StubModel, CancellationEndsADelay) {
  const auto model = Make(R"({"default": "no", "delay_ms_per_row": 60000})");
  RunContext context;
  context.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(30);
  const std::string row = "x";
  const Status status = model->Score({}, {&row, 1}, kYesNo, OnLong::kFail, context,
                                     [](size_t, Result<std::span<const double>>) { FAIL(); });
  EXPECT_EQ(status.error().code, ErrorCode::kDeadline);
}

TEST(StubModel, FingerprintFollowsTheScript) {
  EXPECT_EQ(Make(R"({"default": "a"})")->Info().fingerprint,
            Make(R"({"default": "a"})")->Info().fingerprint);
  EXPECT_NE(Make(R"({"default": "a"})")->Info().fingerprint,
            Make(R"({"default": "b"})")->Info().fingerprint);
}

TEST(StubScript, SaysWhatIsWrong) {
  const auto message = [](const char* json) {
    const Result<StubScript> script = StubScript::Parse(json, "s.json");
    return script.ok() ? "" : script.error().message;
  };
  EXPECT_EQ(message("nonsense"), "stub script s.json: is not a JSON object");
  EXPECT_EQ(message("[]"), "stub script s.json: is not a JSON object");
  EXPECT_EQ(message("{}"), "stub script s.json: needs a 'default', a string");
  EXPECT_EQ(message(R"({"default": "x", "delay": 1})"), "stub script s.json: unknown key 'delay'");
  EXPECT_EQ(message(R"({"default": "x", "delay_ms_per_row": -1})"),
            "stub script s.json: 'delay_ms_per_row' must be a whole number, 0 or more");
  EXPECT_EQ(message(R"({"default": "x", "rules": [{"answer": "a"}, {"contains": "b"}]})"),
            "stub script s.json, rule 2: needs either 'answer' or 'error'");
  EXPECT_EQ(message(R"({"default": "x", "rules": [{"error": "oops"}]})"),
            "stub script s.json, rule 1: unknown error 'oops'");
  EXPECT_EQ(message(R"({"default": "x", "rules": [{"answer": "a", "probability": 1}]})"),
            "stub script s.json, rule 1: 'probability' must lie between 0 and 1");
  EXPECT_EQ(message(R"({"default": "x", "rules": [{"answer": 1}]})"),
            "stub script s.json, rule 1: 'answer' must be a string");
  EXPECT_EQ(StubScript::Load("/no/such/script.json").error().code, ErrorCode::kNotFound);
}

TEST(StubModel, AnswersAreHeldToThePattern) {
  const auto model = Make(R"({"rules": [
      {"contains": "good", "answer": "{\"n\": 1}", "probability": 0.7},
      {"contains": "long", "answer": "{\"n\": 2} and more"}], "default": "none"})");
  const auto pattern = std::make_shared<const Pattern>(
      Pattern::FromJsonSchema(R"({"properties": {"n": {"type": "integer"}}})").value());
  const Generation good = Complete(*model, "good", {.pattern = pattern});
  EXPECT_EQ(good.text, R"({"n": 1})");
  ASSERT_EQ(good.decided.size(), 1u);
  EXPECT_EQ(good.decided[0].end_byte, good.text.size());
  EXPECT_NEAR(std::exp(good.decided[0].log_prob), .7, 1e-12);
  for (const std::string row : {"long", "else"}) {
    const Status status = model->Generate({}, {&row, 1}, {.pattern = pattern}, OnLong::kFail, {},
                                          [&](size_t, Result<Generation> result) {
                                            ASSERT_FALSE(result.ok());
                                            EXPECT_EQ(result.error().code, ErrorCode::kBadOutput);
                                          });
    EXPECT_TRUE(status.ok());
  }
}

}  // namespace
}  // namespace fathom
