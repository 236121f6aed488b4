// The model as jobs share it: one batch at a time, in the order of asking.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "model/transformer.h"
#include "runtime/turnstile.h"

namespace fathom {

// Which logits of a batch are wanted.
struct LogitRequest {
  std::span<const size_t> steps;  // indices of the batch's steps, ascending
  std::span<const TokenId> ids;   // output rows; empty = the whole vocabulary
};

// Threads: any number of concurrent calls. A turn is one batch, so calls of several jobs interleave
// batch by batch.
class Engine {
 public:
  explicit Engine(std::unique_ptr<Transformer> transformer);

  const ModelConfig& config() const { return transformer_->config(); }
  int64_t KvBytesPerToken() const { return transformer_->KvBytesPerToken(); }

  // As Transformer::NewSequence.
  Sequence NewSequence(const Sequence* prefix, int64_t capacity);

  // Runs `steps` as one batch. `logits` becomes [request.steps, ids].
  void Forward(std::span<const Step> steps, const LogitRequest& request,
               std::vector<float>* logits);

 private:
  std::unique_ptr<Transformer> transformer_;
  Turnstile turnstile_;
  std::vector<float> hidden_;  // [steps, d_model] of the running batch, guarded by turnstile_
};

}  // namespace fathom
