// SmolLM2 as an engine; only for tests.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/test_paths.h"
#include "runtime/engine.h"
#include "runtime/row_batch.h"

namespace fathom {

class EngineTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { Load(Arithmetic::kInt8); }
  static void Load(Arithmetic arithmetic) {
    const std::string path = TestModelPath("smollm2-135m-instruct-q4_1.gguf");
    if (!std::filesystem::exists(path)) return;
    const GgufFile file = GgufFile::Open(path).value();
    pool_ = std::make_unique<ThreadPool>(2);
    tokenizer_ = Tokenizer::Load(file).value();
    engine_ = std::make_unique<Engine>(Transformer::Load(file, arithmetic, pool_.get()).value(),
                                       int64_t{1} << 30);
  }
  static void TearDownTestSuite() {
    engine_.reset();
    tokenizer_.reset();
    pool_.reset();
  }
  void SetUp() override {
    if (!engine_) GTEST_SKIP() << "skipped: there is no SmolLM2 in the models folder";
  }

  // Logits of `ids` (empty = all) after `sequence` + `tokens`.
  static std::vector<float> Logits(Sequence& sequence, std::span<const TokenId> tokens,
                                   std::span<const TokenId> ids) {
    const Step step{&sequence, tokens};
    const size_t first = 0;
    std::vector<float> logits;
    EXPECT_TRUE(engine_->Forward({&step, 1}, {{&first, 1}, ids}, {}, &logits).ok());
    return logits;
  }

  inline static std::unique_ptr<ThreadPool> pool_;
  inline static std::unique_ptr<Tokenizer> tokenizer_;
  inline static std::unique_ptr<Engine> engine_;
};

// A source over rows that are already tokens.
inline RowSource SourceOf(const std::vector<std::vector<TokenId>>& rows) {
  return [&rows, next = size_t{0}]() mutable -> std::optional<TokenRow> {
    if (next == rows.size()) return std::nullopt;
    const size_t row = next++;
    return TokenRow{row, rows[row], DrawKey{row}};
  };
}

}  // namespace fathom
