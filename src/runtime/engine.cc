#include "runtime/engine.h"

#include <algorithm>
#include <mutex>

namespace fathom {

Engine::Engine(std::unique_ptr<Transformer> transformer) : transformer_(std::move(transformer)) {}

Sequence Engine::NewSequence(const Sequence* prefix, int64_t capacity) {
  const std::lock_guard turn(turnstile_);
  return transformer_->NewSequence(prefix, capacity);
}

void Engine::Forward(std::span<const Step> steps, const LogitRequest& request,
                     std::vector<float>* logits) {
  const std::lock_guard turn(turnstile_);
  const size_t d_model = config().d_model;
  hidden_.resize(steps.size() * d_model);
  transformer_->Forward(steps, hidden_);

  // The wanted rows move to the front; ascending indices never overwrite one that is still needed.
  for (size_t i = 0; i < request.steps.size(); ++i) {
    FATHOM_ASSERT(request.steps[i] >= i && request.steps[i] < steps.size());
    std::copy_n(hidden_.begin() + request.steps[i] * d_model, d_model,
                hidden_.begin() + i * d_model);
  }
  const std::span<const float> wanted =
      std::span<const float>(hidden_).first(request.steps.size() * d_model);
  const bool all = request.ids.empty();
  logits->resize(request.steps.size() * (all ? config().vocabulary : request.ids.size()));
  if (wanted.empty()) return;
  if (all) {
    transformer_->AllLogits(wanted, *logits);
  } else {
    transformer_->Logits(wanted, request.ids, *logits);
  }
}

}  // namespace fathom
