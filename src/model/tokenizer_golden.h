// Compares a model's tokenizer with reference ids; only for tests.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/gguf.h"
#include "model/test_paths.h"
#include "model/tokenizer.h"

namespace fathom {

struct GoldenText {
  std::string text;
  std::vector<TokenId> ids;
};

inline std::vector<GoldenText> ReadGoldenTexts(const std::string& path) {
  std::vector<GoldenText> texts;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const nlohmann::json json = nlohmann::json::parse(line);
    texts.push_back({json["text"], json["ids"]});
  }
  return texts;
}

using Clock = std::chrono::steady_clock;

inline double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Encodes all texts over and over for a fifth of a second; tokens per second.
inline double TokensPerSecond(const Tokenizer& tokenizer, const std::vector<GoldenText>& texts) {
  const Clock::time_point start = Clock::now();
  double tokens = 0;
  while (MillisecondsSince(start) < 200) {
    for (const GoldenText& golden : texts) {
      tokens += static_cast<double>(tokenizer.Encode(golden.text).size());
    }
  }
  return tokens / MillisecondsSince(start) * 1000;
}

// Every text of the golden file gets exactly its ids, and its ids give back exactly its bytes
// (`lossless`: the vocabulary has a token for every byte). Prints the figures.
inline void CheckGoldenTokens(const std::string& model_file, const std::string& golden_file,
                              bool lossless) {
  const std::string model_path = TestModelPath(model_file);
  const std::string golden_path = GoldenPath(golden_file);
  const std::string missing = MissingFile(model_path, golden_path);
  if (!missing.empty()) GTEST_SKIP() << missing;

  const Clock::time_point start = Clock::now();
  Result<GgufFile> file = GgufFile::Open(model_path);
  ASSERT_TRUE(file.ok()) << file.error().message;
  const double open_ms = MillisecondsSince(start);
  Result<std::unique_ptr<Tokenizer>> loaded = Tokenizer::Load(*file);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const double load_ms = MillisecondsSince(start) - open_ms;
  const Tokenizer& tokenizer = **loaded;

  const std::vector<GoldenText> texts = ReadGoldenTexts(golden_path);
  ASSERT_GT(texts.size(), 0);
  size_t equal = 0;
  for (const GoldenText& golden : texts) {
    const std::vector<TokenId> ids = tokenizer.Encode(golden.text);
    equal += ids == golden.ids;
    EXPECT_EQ(ids, golden.ids) << golden.text;
    std::string bytes;
    for (const TokenId id : ids) bytes += tokenizer.TokenBytes(id);
    if (lossless) {
      EXPECT_EQ(bytes, golden.text);
    }
  }
  std::printf("%s: %zu of %zu texts equal; open %.0f ms, tokenizer %.0f ms, %.2f M tokens/s\n",
              golden_file.c_str(), equal, texts.size(), open_ms, load_ms,
              TokensPerSecond(tokenizer, texts) / 1e6);
}

}  // namespace fathom
