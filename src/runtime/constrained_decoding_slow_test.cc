// Goal: random schemas (2,000 with FATHOM_SCHEMAS=400, 100 without), random and real inputs,
// temperatures 0 and 1.2: whatever is answered is valid JSON for its schema, in UTF-8; a row
// without an answer says why. Method: SmolLM2 against the validator of the tests; six jobs side by
// side.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "base/utf8_scan.h"
#include "runtime/decode_rows.h"
#include "runtime/json_schema_test_util.h"
#include "runtime/test_engine.h"

namespace fathom {
namespace {

constexpr int kParts = 5;
constexpr int kSchemasMax = 400;  // of a part

// FATHOM_SCHEMAS of each part; without it some, for 2,000 take the better part of an hour.
int Schemas() {
  const char* text = std::getenv("FATHOM_SCHEMAS");
  return text == nullptr ? 20 : std::clamp(std::atoi(text), 1, kSchemasMax);
}

// Text messages where the data lie beside the source folder, else none.
std::vector<std::string> RealTexts() {
  const std::string folder = std::string(FATHOM_SOURCE_DIR) + "/../shared/data/sms_spam";
  std::vector<std::string> texts;
  if (!std::filesystem::exists(folder)) return texts;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(file.path());
    for (std::string line; std::getline(in, line) && texts.size() < kParts * kSchemasMax;) {
      if (line.find('\t') != std::string::npos) texts.push_back(line.substr(line.find('\t') + 1));
    }
  }
  return texts;
}

std::string RandomBytes(std::mt19937& random) {
  std::string text;
  for (size_t i = 0; i <= random() % 60; ++i) text += static_cast<char>(random());
  return text;
}

class ManySchemasTest : public EngineTest, public testing::WithParamInterface<int> {
 protected:
  void Answer(int round, const std::vector<std::string>& real) {
    std::mt19937 random(static_cast<unsigned>(round));
    const TestJson schema = RandomSchema(random);
    const Result<Pattern> pattern = Pattern::FromJsonSchema(schema.dump());
    ASSERT_TRUE(pattern.ok()) << schema << pattern.error().message;
    Constraint constraint(*pattern, tries_, *tokenizer_);
    const std::string other = real.empty() ? "hello" : real[round % real.size()];
    const std::vector<std::vector<TokenId>> prompts = {
        tokenizer_->Encode(RandomBytes(random) + "\nJSON: "),
        tokenizer_->Encode(other + "\nJSON: ")};
    for (const double temperature : {0.0, 1.2}) {
      const DecodeRequest request{.tokenizer = tokenizer_.get(),
                                  .max_tokens = 400,
                                  .temperature = temperature,
                                  .constraint = &constraint};
      const Status status =
          DecodeRows(*engine_, request, SourceOf(prompts), {},
                     [&](size_t, Result<DecodedRow> row) { Check(schema, std::move(row)); });
      EXPECT_TRUE(status.ok());
    }
  }

  void Check(const TestJson& schema, Result<DecodedRow> row) {
    const std::lock_guard lock(mutex_);
    ++rows_;
    if (!row.ok()) {
      EXPECT_TRUE(row.error().code == ErrorCode::kTruncated ||
                  row.error().code == ErrorCode::kDegenerateOutput);
      ++reasons_[row.error().message.substr(0, 30)];
      return;
    }
    decided_ += row->tokens;
    forced_ += row->forced_tokens;
    EXPECT_EQ(ScanUtf8(row->text).valid_bytes, row->text.size());
    const TestJson value = TestJson::parse(row->text, nullptr, false);
    EXPECT_FALSE(value.is_discarded()) << row->text;
    EXPECT_TRUE(IsValid(schema, value, schema)) << schema << "\n" << row->text;
  }

  std::shared_ptr<const TokenTries> tries_;
  std::mutex mutex_;  // guards what follows
  int64_t rows_ = 0, decided_ = 0, forced_ = 0;
  std::map<std::string, int> reasons_;
};

INSTANTIATE_TEST_SUITE_P(Parts, ManySchemasTest, testing::Range(0, kParts));

TEST_P(ManySchemasTest, AnswersAreValid) {
  tries_ = std::make_shared<const TokenTries>(*tokenizer_);
  const std::vector<std::string> real = RealTexts();
  const int begin = GetParam() * kSchemasMax;
  std::atomic<int> next = begin;
  std::vector<std::thread> jobs;
  for (int job = 0; job < 6; ++job) {
    jobs.emplace_back([&] {
      for (int round = next++; round < begin + Schemas(); round = next++) Answer(round, real);
    });
  }
  for (std::thread& job : jobs) job.join();
  int failed = 0;
  for (const auto& [reason, count] : reasons_) {
    std::printf("%d rows: %s...\n", count, reason.c_str());
    failed += count;
  }
  std::printf("%lld rows, %lld tokens decided, %lld forced, %zu real texts\n",
              static_cast<long long>(rows_), static_cast<long long>(decided_),
              static_cast<long long>(forced_), real.size());
  EXPECT_EQ(rows_, 4 * Schemas());
  // Rows that max_tokens would cut: fewer than 5 %; of a sample, three standard deviations more.
  const double few = static_cast<double>(rows_) / 20;
  EXPECT_LT(failed, Schemas() == kSchemasMax ? few : few + 3 * std::sqrt(few));
}

}  // namespace
}  // namespace fathom
