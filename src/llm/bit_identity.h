// The promise "same row, same bits" put to the test; only for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "llm/local_model.h"
#include "model/test_paths.h"

namespace fathom {

// `count` messages of 2 to about 30 words: deterministic, of very different lengths, two languages.
inline std::vector<std::string> MakeMessages(size_t count) {
  static const char* const kParts[] = {
      "The parcel arrived two days late",
      "and the box was open.",
      "Great service!",
      "I would like my money back",
      "because the jacket is torn",
      "Thank you",
      "\xE5\xBF\xAB\xE9\x80\x92\xE5\xBE\x88\xE6\x85\xA2\xEF\xBC\x8C",
      "\xE5\xBE\x88\xE6\xBB\xA1\xE6\x84\x8F\xE3\x80\x82",
      "order no. 4711",
      "please call me",
      "nobody answers the phone",
      "it works as described"};
  std::mt19937 random(11);
  std::vector<std::string> rows;
  for (size_t i = 0; i < count; ++i) {
    std::string row = std::to_string(i) + ":";
    for (size_t part = 0; part <= random() % 6; ++part) {
      row += std::string(" ") + kParts[random() % std::size(kParts)];
    }
    rows.push_back(row);
  }
  return rows;
}

using RowScores = std::vector<std::vector<double>>;

// Scores `rows` in calls of `batch` rows. An ambiguous label set: two of the labels begin alike.
inline RowScores ScoreInBatches(LanguageModel& model, std::span<const std::string> rows,
                                size_t batch) {
  const PromptParts prompt{"You sort customer messages.", "Message: ", "\nWhat is it about?", ""};
  const std::vector<ScoreLabel> labels = {{{"late delivery"}}, {{"late payment"}}, {{"praise"}}};
  RowScores scores(rows.size());
  for (size_t begin = 0; begin < rows.size(); begin += batch) {
    const auto part = rows.subspan(begin, std::min(batch, rows.size() - begin));
    const Status status = model.Score(prompt, part, labels, OnLong::kFail, {},
                                      [&](size_t row, Result<std::span<const double>> result) {
                                        scores[begin + row] = {result->begin(), result->end()};
                                      });
    EXPECT_TRUE(status.ok());
  }
  return scores;
}

// Bit-identical scores in batches of 1, 7, 64 and all rows; in three jobs at once; with 2 threads,
// and with 1 thread and the rows shuffled.
inline void CheckBitIdentity(const std::string& model_file, size_t count) {
  const std::string path = TestModelPath(model_file);
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "skipped: there is no " << path;
  const std::vector<std::string> rows = MakeMessages(count);
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(3));
  std::vector<std::string> shuffled;
  for (const size_t row : order) shuffled.push_back(rows[row]);

  LocalModelOptions options;
  options.name = "test";
  options.threads = 2;
  std::unique_ptr<LanguageModel> model = LoadLocalModel(path, options).value();
  const RowScores expected = ScoreInBatches(*model, rows, count);
  for (const std::vector<double>& scores : expected) ASSERT_EQ(scores.size(), 3u);
  for (const size_t batch : {1, 7, 64}) {
    EXPECT_EQ(ScoreInBatches(*model, rows, batch), expected) << "batch " << batch;
  }
  // Jobs beside each other: their rows meet in the same batches of the engine.
  RowScores beside[3];
  std::vector<std::thread> jobs;
  for (RowScores& scores : beside) {
    jobs.emplace_back([&, batch = size_t{1} << 3 * (&scores - beside)] {
      scores = ScoreInBatches(*model, rows, batch);
    });
  }
  for (std::thread& job : jobs) job.join();
  for (const RowScores& scores : beside) EXPECT_EQ(scores, expected);

  model.reset();
  options.threads = 1;
  model = LoadLocalModel(path, options).value();
  const RowScores other = ScoreInBatches(*model, shuffled, 64);
  for (size_t i = 0; i < count; ++i) EXPECT_EQ(other[i], expected[order[i]]) << order[i];
}

}  // namespace fathom
