#include "runtime/engine.h"

#include <algorithm>
#include <chrono>

#include "base/assert.h"

namespace fathom {
namespace {

// How often a waiting call asks whether its run is cancelled.
constexpr std::chrono::milliseconds kCheckEvery{50};

int64_t CountTokens(std::span<const Step> steps) {
  int64_t tokens = 0;
  for (const Step& step : steps) tokens += static_cast<int64_t>(step.tokens.size());
  return tokens;
}

}  // namespace

Engine::Engine(std::unique_ptr<Transformer> transformer, int64_t kv_bytes)
    : transformer_(std::move(transformer)), kv_budget_(kv_bytes) {}

Sequence Engine::NewSequence(const Sequence* prefix, int64_t capacity) const {
  return transformer_->NewSequence(prefix, capacity);
}

int64_t Engine::batches() const {
  const std::lock_guard lock(mutex_);
  return batches_;
}

Status Engine::Forward(std::span<const Step> steps, const LogitRequest& request,
                       const RunContext& context, std::vector<float>* logits) {
  Call call{steps, request, logits, CountTokens(steps)};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&call);
  FATHOM_RETURN_IF_ERROR(Wait(call, context, lock));
  if (call.state == Call::State::kDone) return {};

  // It is this call's turn: it runs, and takes the others that fit along.
  const std::vector<Call*> batch = TakeBatch();
  running_ = true;
  lock.unlock();
  Run(batch);
  lock.lock();
  running_ = false;
  ++batches_;
  for (Call* done : batch) done->state = Call::State::kDone;
  changed_.notify_all();
  return {};
}

// Until the call is done or is the first of those who wait for a model that is free.
Status Engine::Wait(Call& call, const RunContext& context, std::unique_lock<std::mutex>& lock) {
  while (call.state != Call::State::kDone) {
    if (call.state == Call::State::kWaiting) {
      if (Status status = context.Check(); !status.ok()) {
        std::erase(waiting_, &call);
        changed_.notify_all();  // another may have become the first
        return status;
      }
      if (!running_ && waiting_.front() == &call) return {};
    }
    changed_.wait_for(lock, kCheckEvery);
  }
  return {};
}

std::vector<Engine::Call*> Engine::TakeBatch() {
  std::vector<Call*> batch;
  int64_t tokens = 0;
  std::erase_if(waiting_, [&](Call* call) {
    if (!batch.empty() && tokens + call->tokens > kBatchTokens) return false;
    tokens += call->tokens;
    call->state = Call::State::kRunning;
    batch.push_back(call);
    return true;
  });
  return batch;
}

void Engine::Run(std::span<Call* const> batch) noexcept {
  steps_.clear();
  for (const Call* call : batch)
    steps_.insert(steps_.end(), call->steps.begin(), call->steps.end());
  const size_t d_model = config().d_model;
  hidden_.resize(steps_.size() * d_model);
  transformer_->Forward(steps_, hidden_);

  all_hidden_.clear();
  std::vector<Call*> all;  // calls that want the whole vocabulary: its matrix is read once for them
  std::span<float> rest = hidden_;
  for (Call* call : batch) {
    const std::span<const float> wanted =
        TakeWanted(*call, rest.first(call->steps.size() * d_model));
    rest = rest.subspan(call->steps.size() * d_model);
    if (call->request.ids.empty()) {
      all_hidden_.insert(all_hidden_.end(), wanted.begin(), wanted.end());
      all.push_back(call);
      continue;
    }
    call->logits->resize(call->request.steps.size() * call->request.ids.size());
    if (!wanted.empty()) transformer_->Logits(wanted, call->request.ids, *call->logits);
  }
  TakeAllLogits(all);
}

// Moves the wanted rows to the front; ascending indices never overwrite one that is still needed.
std::span<const float> Engine::TakeWanted(const Call& call, std::span<float> hidden) const {
  const size_t d_model = config().d_model;
  for (size_t i = 0; i < call.request.steps.size(); ++i) {
    const size_t from = call.request.steps[i];
    FATHOM_ASSERT(from >= i && from < call.steps.size());
    std::copy_n(hidden.begin() + from * d_model, d_model, hidden.begin() + i * d_model);
  }
  return hidden.first(call.request.steps.size() * d_model);
}

void Engine::TakeAllLogits(std::span<Call* const> calls) {
  const size_t vocabulary = config().vocabulary;
  const size_t rows = all_hidden_.size() / config().d_model;
  std::vector<float>& logits = calls.size() == 1 ? *calls[0]->logits : all_logits_;
  logits.resize(rows * vocabulary);
  if (rows > 0) transformer_->AllLogits(all_hidden_, logits);
  if (calls.size() == 1) return;
  auto from = logits.cbegin();
  for (const Call* call : calls) {
    const auto to = from + static_cast<ptrdiff_t>(call->request.steps.size() * vocabulary);
    call->logits->assign(from, to);
    from = to;
  }
}

}  // namespace fathom
