#include "semantic/scoring.h"

#include <gtest/gtest.h>

#include "semantic/fake_model.h"

namespace fathom {
namespace {

const JobRows kRows{{"a", "b"}, {4, 7}};

TEST(Scoring, NormaliseMakesProbabilities) {
  LogProbs values{-1000.0, -1000.0 + std::log(3.0)};
  Normalise(&values);
  EXPECT_NEAR(std::exp(values[0]), 0.25, 1e-12);
  EXPECT_NEAR(std::exp(values[1]), 0.75, 1e-12);
}

TEST(Scoring, SeveralPromptsGiveTheGeometricMeanUnderTheCallersRowNumbers) {
  FakeModel model;
  model.on_score = [](size_t call, const std::string& row) -> Result<std::vector<double>> {
    if (row == "b" && call == 0) return Error{ErrorCode::kBadOutput, "no numbers"};
    return call == 0 ? std::vector<double>{0.8, 0.2} : std::vector<double>{0.5, 0.5};
  };
  const std::vector<ScoredPrompt> prompts(2);
  std::vector<size_t> seen;
  const Status status = ScoreRows(model, prompts, kRows, OnLong::kFail, RunContext{},
                                  [&](size_t row, Result<LogProbs> log_probs) {
                                    seen.push_back(row);
                                    if (row == 7) {
                                      EXPECT_EQ(log_probs.error().code, ErrorCode::kBadOutput);
                                      return;
                                    }
                                    // sqrt(.8*.5) : sqrt(.2*.5) = 2 : 1
                                    EXPECT_NEAR(std::exp((*log_probs)[0]), 2.0 / 3, 1e-12);
                                  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(seen, (std::vector<size_t>{7, 4}));
}

TEST(Scoring, AJobThatEndsIsAnErrorOfTheJob) {
  FakeModel model;
  RunContext context;
  context.is_cancelled = [] { return true; };
  const std::vector<ScoredPrompt> prompts(1);
  const Status status = ScoreRows(model, prompts, kRows, OnLong::kFail, context,
                                  [](size_t, Result<LogProbs>) { FAIL(); });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace fathom
