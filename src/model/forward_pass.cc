// A forward pass over a ragged batch:
//   1. embed all tokens of all steps into one activation matrix x [tokens, d_model]
//   2. for each layer: norm, q k v products, rotate, append to the caches, attention per sequence
//      and key-value head, output product, add; norm, gate and up products, activation, down
//      product, add. What of this a model does beyond or differently says its ModelConfig.
//   3. in the last layer only the last token of each step goes on past its keys and values: nothing
//      else is read afterwards
//   4. final norm
#include "model/forward_pass.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace fathom {
namespace {

// A narrow model averages less of the quantisation noise away: SmolLM2-135M (576 wide) and Gemma
// 270M (640) need the second digit to keep 98 % of the label decisions, 896 and 1536 do not
// (docs/runtime.md, section 3).
Digits DigitsFor(int64_t d_model) { return d_model < 768 ? Digits::kDouble : Digits::kSingle; }

// The attention output needs it up to a greater width: without it the mean KL of the 0.5B (896) is
// twice as large.
Digits OutputDigitsFor(int64_t d_model) {
  return d_model < 1024 ? Digits::kDouble : Digits::kSingle;
}

}  // namespace

ForwardPass::ForwardPass(const ModelConfig& config, const Weights& weights,
                         const KernelTable& kernels, Products& products, ThreadPool& pool)
    : config_(config),
      weights_(weights),
      kernels_(kernels),
      products_(products),
      pool_(pool),
      digits_(DigitsFor(config.d_model)),
      output_digits_(OutputDigitsFor(config.d_model)) {
  for (const RopeConfig& rope : config.ropes) ropes_.emplace_back(rope, config.head_dim);
}

void ForwardPass::ReservePositions() {
  int64_t positions = 0;
  for (const BatchStep& step : batch_)
    positions = std::max(positions, step.position() + step.tokens);
  for (Rope& rope : ropes_) rope.Reserve(positions);
}

void ForwardPass::Embed() {
  const size_t d = config_.d_model;
  pool_.ParallelFor(static_cast<int64_t>(batch_.size()), [&](int64_t s) {
    const BatchStep& step = batch_[s];
    for (int64_t t = 0; t < step.tokens; ++t) {
      FATHOM_ASSERT(step.ids[t] >= 0 && step.ids[t] < weights_.embedding.n());
      const std::span<float> row(&x_[(step.first_row + t) * d], d);
      weights_.embedding.DequantizeColumn(step.ids[t], row);
      for (float& value : row) value *= config_.embedding_scale;
    }
  });
}

// Moves the last token of each step to row s of x and of normed.
void ForwardPass::KeepLastTokens() {
  const int64_t d = config_.d_model;
  for (size_t s = 0; s < batch_.size(); ++s) {
    BatchStep& step = batch_[s];
    const int64_t from = step.first_row + step.tokens - 1;
    std::memmove(&x_[s * d], &x_[from * d], d * sizeof(float));
    std::memmove(&normed_[s * d], &normed_[from * d], d * sizeof(float));
    step.first_query = static_cast<int64_t>(s);
    step.queries = 1;
  }
}

void ForwardPass::Norm(const std::vector<float>& weight, int64_t row) {
  const int64_t d = config_.d_model;
  kernels_.rms_norm(&x_[row * d], weight.data(), d, config_.rms_epsilon, &normed_[row * d]);
}

// x += projected, normalised first where the layer has a norm for that.
void ForwardPass::AddProjected(const std::vector<float>& post_norm, int64_t row) {
  const int64_t d = config_.d_model;
  float* projected = &projected_[row * d];
  if (!post_norm.empty()) {
    kernels_.rms_norm(projected, post_norm.data(), d, config_.rms_epsilon, projected);
  }
  kernels_.add(&x_[row * d], projected, d);
}

void ForwardPass::FeedForward(const LayerWeights& w, int64_t rows) {
  const int64_t d = config_.d_model, f = config_.d_ffn;
  const Product gate_up[] = {{&w.ffn_gate, Grow(gate_, rows * f), f},
                             {&w.ffn_up, Grow(up_, rows * f), f}};
  products_.Run(normed_.data(), rows, d, digits_, gate_up, [&](int64_t row) {
    AddProjected(w.post_attn_norm, row);
    Norm(w.ffn_norm, row);
  });
  const auto activate = config_.parts.activation == Activation::kGeluTanh ? kernels_.gelu_tanh_mul
                                                                          : kernels_.silu_mul;
  const Product down[] = {{&w.ffn_down, projected_.data(), d}};
  products_.Run(gate_.data(), rows, f, digits_, down,
                [&](int64_t row) { activate(&gate_[row * f], &up_[row * f], f); });
}

void ForwardPass::Run(std::span<BatchStep> batch, std::span<float> hidden) {
  batch_ = batch;
  int64_t rows = batch.back().first_row + batch.back().tokens;
  ReservePositions();
  for (auto* buffer : {&x_, &normed_, &projected_}) Grow(*buffer, rows * config_.d_model);
  Embed();
  for (int64_t layer = 0; layer < config_.layers; ++layer) {
    const LayerWeights& w = weights_.layers[layer];
    ProjectAndAppend(w, layer, rows);
    if (IsLast(layer)) {
      KeepLastTokens();
      rows = static_cast<int64_t>(batch.size());
    }
    Attention(w, layer, rows);
    FeedForward(w, rows);
  }
  pool_.ParallelFor(rows, [&](int64_t row) {
    AddProjected(weights_.layers.back().post_ffn_norm, row);
    Norm(weights_.output_norm, row);
  });
  std::memcpy(hidden.data(), normed_.data(), hidden.size_bytes());
}

}  // namespace fathom
