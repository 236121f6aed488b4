// The scheduler of one loaded model: forward calls of any number of jobs become one stream of
// batches.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/run_context.h"
#include "model/transformer.h"
#include "runtime/kv_budget.h"

namespace fathom {

// Which logits of a call are wanted.
struct LogitRequest {
  std::span<const size_t> steps;  // indices of the call's steps, ascending
  std::span<const TokenId> ids;   // output rows; empty = the whole vocabulary
};

// Calls wait in the order of asking. When the model is free, the first of them runs, and with it,
// in the same batch, every other that fits into kBatchTokens: each weight is read once for all of
// them. So a call waits for the running batch and for those before it, whatever else is going on: a
// job of a million rows delays a question by one or two batches.
// Threads: any number of concurrent calls; the batch runs on the thread of its first call (and the
// model's pool), the other threads sleep.
// Bits: those of Transformer; company in a batch does not change them.
class Engine {
 public:
  // A job's own calls are smaller (BatchLimits), so that a small call of another finds room beside
  // them. Performance only.
  static constexpr int64_t kBatchTokens = 384;

  // `kv_bytes`: for the keys and values of all rows in flight; stored prefixes come on top.
  Engine(std::unique_ptr<Transformer> transformer, int64_t kv_bytes);

  const ModelConfig& config() const { return transformer_->config(); }
  int64_t KvBytes(int64_t capacity) const { return transformer_->KvBytes(capacity); }
  KvBudget& kv_budget() { return kv_budget_; }

  // As Transformer::NewSequence.
  Sequence NewSequence(const Sequence* prefix, int64_t capacity) const;

  // Runs `steps`. `logits` becomes [request.steps, ids].
  // REQUIRES a sequence is in one call at a time
  // Errors  kCancelled, kDeadline, looked for when the call comes and every 50 ms while it waits:
  //         nothing has run. Once its batch runs, it ends.
  Status Forward(std::span<const Step> steps, const LogitRequest& request,
                 const RunContext& context, std::vector<float>* logits);

  // Batches run so far.
  int64_t batches() const;

 private:
  struct Call {
    std::span<const Step> steps;
    LogitRequest request;
    std::vector<float>* logits;
    int64_t tokens;
    enum class State { kWaiting, kRunning, kDone } state = State::kWaiting;
  };

  Status Wait(Call& call, const RunContext& context, std::unique_lock<std::mutex>& lock);
  std::vector<Call*> TakeBatch();
  // Memory that cannot be had ends the process here: nobody could wake the other calls.
  void Run(std::span<Call* const> batch) noexcept;
  std::span<const float> TakeWanted(const Call& call, std::span<float> hidden) const;
  void TakeAllLogits(std::span<Call* const> calls);

  const std::unique_ptr<Transformer> transformer_;
  KvBudget kv_budget_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Call*> waiting_;
  bool running_ = false;
  int64_t batches_ = 0;

  // Of the running batch; touched by the thread that runs it.
  std::vector<Step> steps_;
  std::vector<float> hidden_;      // [steps, d_model]
  std::vector<float> all_hidden_;  // of those whose whole vocabulary is wanted
  std::vector<float> all_logits_;  // [the same, vocabulary]
};

}  // namespace fathom
