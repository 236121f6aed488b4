// The layers of a model, run over a ragged batch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "model/kv_cache.h"
#include "model/model_config.h"
#include "model/products.h"
#include "model/rope.h"
#include "model/tokenizer.h"
#include "model/weights.h"

namespace fathom {

// New tokens of one sequence and where their rows lie in the batch.
struct BatchStep {
  std::span<const TokenId> ids;
  const KvCache* prefix;  // null = none
  KvCache* own;
  int64_t first_row;    // of its tokens in the activation matrix
  int64_t tokens;       // of this step
  int64_t first_own;    // index of its first token within its own sequence
  int64_t first_query;  // row of its first query; differs from first_row in the last layer
  int64_t queries;      // its last `queries` tokens go on past keys and values

  int64_t position() const { return first_own + (prefix == nullptr ? 0 : prefix->tokens()); }
  int64_t query_offset() const { return tokens - queries; }
};

// Owns the activations; they grow to the largest batch and stay.
// Threads: one call at a time; work is spread over the pool inside.
class ForwardPass {
 public:
  // Everything is borrowed.
  ForwardPass(const ModelConfig& config, const Weights& weights, const KernelTable& kernels,
              Products& products, ThreadPool& pool);

  // hidden [steps, d_model] receives the final, normalised hidden state of the last token of each
  // step; keys and values are appended to its own cache, whose number of tokens is left to the
  // caller. The steps' places in the batch are changed.
  // REQUIRES rows of the steps are consecutive from 0 on, queries = tokens, room in the caches
  void Run(std::span<BatchStep> batch, std::span<float> hidden);

 private:
  int64_t q_width() const { return config_.heads * config_.head_dim; }
  int64_t kv_width() const { return config_.kv_heads * config_.head_dim; }
  int64_t group() const { return config_.heads / config_.kv_heads; }
  const Rope& RopeOf(int64_t layer) const { return ropes_[config_.positions[layer].rope]; }

  static float* Grow(std::vector<float>& buffer, int64_t size) {
    if (static_cast<int64_t>(buffer.size()) < size) buffer.resize(size);
    return buffer.data();
  }

  void ReservePositions();
  void Embed();
  void KeepLastTokens();
  void Norm(const std::vector<float>& weight, int64_t row);
  void NormHead(const std::vector<float>& weight, float* head) const;
  void AddProjected(const std::vector<float>& post_norm, int64_t row);

  bool IsLast(int64_t layer) const { return layer == config_.layers - 1; }

  // Begins with what the layer before left in projected_. Keys and values into the caches; with
  // them q_, which shares their quantised input, except in the last layer, whose queries are fewer
  // than its keys.
  void ProjectAndAppend(const LayerWeights& w, int64_t layer, int64_t rows);
  void SubtractBias(const std::vector<float>& bias, int64_t first, float* key) const;
  void AppendKeysAndValues(const LayerWeights& w, int64_t layer, const BatchStep& step);
  void Queries(const LayerWeights& w, int64_t layer, int64_t rows);
  void TurnQueries(const LayerWeights& w, int64_t layer, const BatchStep& step);
  void AttendHead(int64_t layer, const BatchStep& step, int64_t kv_head);
  // Both end with projected_, which whoever reads x_ next adds to it: row by row, on its way.
  void Attention(const LayerWeights& w, int64_t layer, int64_t rows);
  void FeedForward(const LayerWeights& w, int64_t rows);

  const ModelConfig& config_;
  const Weights& weights_;
  const KernelTable& kernels_;
  Products& products_;
  ThreadPool& pool_;
  const Digits digits_;         // of all products' inputs but one
  const Digits output_digits_;  // of the attention output
  std::vector<Rope> ropes_;
  std::span<BatchStep> batch_;  // the running one
  std::vector<float> x_, normed_, q_, k_, v_, heads_in_, heads_out_, attended_, projected_, gate_,
      up_;
};

}  // namespace fathom
