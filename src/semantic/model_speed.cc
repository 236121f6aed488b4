#include "semantic/model_speed.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <span>
#include <vector>

namespace fathom {
namespace {

using Clock = std::chrono::steady_clock;

// Some 600 tokens in all: a few seconds for a model of 1.5 billion parameters on two cores.
constexpr size_t kRows = 8;
constexpr int kShortWords = 4;
constexpr int kLongWords = 32;
constexpr int kGenerated = 4;
constexpr double kSmallest = 1e-9;  // seconds: no part of a speed is nothing

// Different rows of so many words.
std::vector<std::string> RowsOf(int words) {
  static constexpr const char* kWords[] = {"the", "service", "was", "slow", "but", "good", "food"};
  std::vector<std::string> rows;
  for (size_t row = 0; row < kRows; ++row) {
    std::string& text = rows.emplace_back(std::to_string(row));
    for (int word = 1; word < words; ++word) {
      text += std::string(" ") + kWords[(row + static_cast<size_t>(word)) % std::size(kWords)];
    }
  }
  return rows;
}

// Seconds and work of one job.
struct Sample {
  double seconds = 0;
  Work work;
};

Result<Sample> Time(const RunContext& outer, const std::function<Status(const RunContext&)>& job) {
  Usage usage;
  RunContext context = outer;
  context.usage = &usage;
  const Clock::time_point begin = Clock::now();
  FATHOM_RETURN_IF_ERROR(job(context));
  Sample sample;
  sample.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  sample.work = {.prompt_tokens = static_cast<double>(usage.prefix_tokens + usage.row_tokens),
                 .rows = static_cast<double>(usage.rows_done),
                 .generated_tokens = static_cast<double>(usage.generated_tokens)};
  return sample;
}

PromptParts Prompt() { return {.system = "", .head = "Review: ", .tail = "\nGood or bad?"}; }

Result<Sample> TimeScoring(LanguageModel& model, int words, const RunContext& context) {
  const std::vector<std::string> rows = RowsOf(words);
  const std::vector<ScoreLabel> labels{{{"good"}}, {{"bad"}}};
  return Time(context, [&](const RunContext& inner) {
    return model.Score(Prompt(), rows, labels, OnLong::kTruncate, inner,
                       [](size_t, const Result<std::span<const double>>&) {});
  });
}

Result<Sample> TimeDecoding(LanguageModel& model, const RunContext& context) {
  const std::vector<std::string> rows = RowsOf(kShortWords);
  const GenerateOptions options{.max_tokens = kGenerated};
  return Time(context, [&](const RunContext& inner) {
    return model.Generate(Prompt(), rows, options, OnLong::kTruncate, inner,
                          [](size_t, const Result<Generation>&) {});
  });
}

}  // namespace

double ModelSpeed::Seconds(const Work& work) const {
  return prompt_token * work.prompt_tokens + row * work.rows +
         generated_token * work.generated_tokens;
}

Result<ModelSpeed> MeasureSpeed(LanguageModel& model, const RunContext& context) {
  // The first job also computes the prefix and touches the weights for the first time.
  FATHOM_RETURN_IF_ERROR(TimeScoring(model, kShortWords, context));
  FATHOM_ASSIGN_OR_RETURN(const Sample small, TimeScoring(model, kShortWords, context));
  FATHOM_ASSIGN_OR_RETURN(const Sample large, TimeScoring(model, kLongWords, context));
  FATHOM_ASSIGN_OR_RETURN(const Sample decoded, TimeDecoding(model, context));
  ModelSpeed speed;
  const double tokens = large.work.prompt_tokens - small.work.prompt_tokens;
  speed.prompt_token = std::max((large.seconds - small.seconds) / std::max(tokens, 1.0), kSmallest);
  speed.row =
      std::max((small.seconds - speed.prompt_token * small.work.prompt_tokens) / kRows, kSmallest);
  speed.generated_token = std::max(
      (decoded.seconds - speed.Seconds(small.work)) / std::max(decoded.work.generated_tokens, 1.0),
      kSmallest);
  return speed;
}

ModelSpeed Corrected(const ModelSpeed& speed, const Work& work, double seconds) {
  const double predicted = speed.Seconds(work);
  if (!(predicted > 0) || !(seconds > 0)) return speed;
  const double factor = std::sqrt(std::clamp(seconds / predicted, 1.0 / 16, 16.0));
  return {speed.prompt_token * factor, speed.row * factor, speed.generated_token * factor};
}

std::string EncodeSpeed(const ModelSpeed& speed) {
  char text[120];
  std::snprintf(text, sizeof text, "%.9g %.9g %.9g", speed.prompt_token, speed.row,
                speed.generated_token);
  return text;
}

std::optional<ModelSpeed> DecodeSpeed(const std::string& text) {
  ModelSpeed speed;
  const int read = std::sscanf(text.c_str(), "%lg %lg %lg", &speed.prompt_token, &speed.row,
                               &speed.generated_token);
  const bool sound = read == 3 && speed.prompt_token > 0 && speed.row > 0 &&
                     speed.generated_token > 0 && std::isfinite(speed.Seconds({1, 1, 1}));
  return sound ? std::optional(speed) : std::nullopt;
}

}  // namespace fathom
