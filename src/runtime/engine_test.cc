#include "runtime/engine.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "runtime/test_engine.h"

namespace fathom {
namespace {

class EngineJobsTest : public EngineTest {
 protected:
  // A job of its own: `tokens` tokens in one call, the logits of four ids.
  static std::vector<float> Ask(int64_t tokens, TokenId first) {
    Sequence sequence = engine_->NewSequence(nullptr, tokens);
    std::vector<TokenId> ids(tokens);
    for (int64_t i = 0; i < tokens; ++i) ids[i] = first + static_cast<TokenId>(i % 7);
    return Logits(sequence, ids, kLabels);
  }

  // Keeps the model busy in calls of `tokens` tokens until told to stop.
  class Bulk {
   public:
    explicit Bulk(int64_t tokens) {
      const int64_t before = engine_->batches();
      thread_ = std::thread([this, tokens] {
        while (!stop_) Ask(tokens, 1000);
      });
      while (engine_->batches() == before) std::this_thread::yield();
    }
    ~Bulk() {
      stop_ = true;
      thread_.join();
    }

   private:
    std::atomic<bool> stop_{false};
    std::thread thread_;
  };

  static constexpr TokenId kLabels[] = {10, 11, 12, 13};
};

// Goal: calls that wait beside each other share a batch, and company changes no bit.
TEST_F(EngineJobsTest, WaitingCallsShareABatch) {
  std::vector<std::vector<float>> alone, together(6);
  for (TokenId job = 0; job < 6; ++job) alone.push_back(Ask(20 + job, 100 * job));
  int64_t batches = 0;
  {
    const Bulk bulk(Engine::kBatchTokens);  // leaves no room beside itself
    const int64_t before = engine_->batches();
    std::vector<std::thread> jobs;
    for (TokenId job = 0; job < 6; ++job) {
      jobs.emplace_back([&, job] { together[job] = Ask(20 + job, 100 * job); });
    }
    for (std::thread& job : jobs) job.join();
    batches = engine_->batches() - before;
  }
  EXPECT_EQ(together, alone);
  EXPECT_LT(batches, 6) << "every call had a batch of its own";
}

// Goal: a small call goes along with the bulk job's next call, at the latest with the one after.
TEST_F(EngineJobsTest, ABulkJobDelaysASmallCallByTwoBatches) {
  const Bulk bulk(256);
  for (int i = 0; i < 10; ++i) {
    const int64_t before = engine_->batches();
    Ask(30, 500);
    EXPECT_LE(engine_->batches() - before, 3) << i;
  }
}

// Goal: a call gives up its place in the line, before it waits or while it does, and others go on.
TEST_F(EngineJobsTest, AWaitingCallCanBeCancelled) {
  for (const int questions_before : {0, 1}) {
    std::atomic<int> questions{0};
    RunContext context;
    context.is_cancelled = [&] { return questions++ >= questions_before; };
    const Bulk bulk(Engine::kBatchTokens);
    const int64_t before = engine_->batches();
    Status status;
    // A call that finds the model free between two bulk calls runs; then it tries again.
    for (int attempt = 0; attempt < 50 && status.ok(); ++attempt) {
      questions = 0;
      Sequence sequence = engine_->NewSequence(nullptr, 1);
      const TokenId token = 100;
      const Step step{&sequence, {&token, 1}};
      std::vector<float> logits;
      status = engine_->Forward({&step, 1}, {}, context, &logits);
      EXPECT_EQ(sequence.own_tokens(), status.ok() ? 1 : 0);
    }
    ASSERT_FALSE(status.ok()) << questions_before;
    EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
    Ask(30, 500);
    EXPECT_GT(engine_->batches(), before);
  }
}

TEST_F(EngineJobsTest, AWaitingCallHasADeadline) {
  Sequence sequence = engine_->NewSequence(nullptr, 1);
  const TokenId token = 100;
  const Step step{&sequence, {&token, 1}};
  std::vector<float> logits;
  RunContext context;
  context.deadline = std::chrono::steady_clock::now();
  const Bulk bulk(Engine::kBatchTokens);
  const Status status = engine_->Forward({&step, 1}, {}, context, &logits);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kDeadline);
  EXPECT_EQ(sequence.own_tokens(), 0);
  Ask(30, 500);  // others go on
}

}  // namespace
}  // namespace fathom
