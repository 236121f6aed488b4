// The attention half of a layer: from the attention norm to its output product.
#include <cmath>
#include <cstring>

#include "model/attention.h"
#include "model/forward_pass.h"

namespace fathom {
namespace {

void AddBias(const std::vector<float>& bias, int64_t rows, float* x) {
  if (bias.empty()) return;
  const size_t n = bias.size();
  for (int64_t r = 0; r < rows; ++r) {
    for (size_t i = 0; i < n; ++i) x[r * n + i] += bias[i];
  }
}

}  // namespace

void ForwardPass::NormHead(const std::vector<float>& weight, float* head) const {
  if (weight.empty()) return;
  kernels_.rms_norm(head, weight.data(), config_.head_dim, config_.rms_epsilon, head);
}

void ForwardPass::ProjectAndAppend(const LayerWeights& w, int64_t layer, int64_t rows) {
  const int64_t width = kv_width();
  const Product qkv[] = {{&w.k, Grow(k_, rows * width), width},
                         {&w.v, Grow(v_, rows * width), width},
                         {&w.q, Grow(q_, rows * q_width()), q_width()}};
  products_.Run(normed_.data(), rows, config_.d_model, digits_,
                std::span(qkv).first(IsLast(layer) ? 2 : 3), [&](int64_t row) {
                  if (layer > 0) AddProjected(weights_.layers[layer - 1].post_ffn_norm, row);
                  Norm(w.attn_norm, row);
                });
  AddBias(w.k_bias, rows, k_.data());
  AddBias(w.v_bias, rows, v_.data());
  pool_.ParallelFor(static_cast<int64_t>(batch_.size()),
                    [&](int64_t s) { AppendKeysAndValues(w, layer, batch_[s]); });
}

// The same vector off every key adds the same to all scores of a query and so changes no weight.
// Where keys have a bias, most of its norm is in dimensions that hardly turn: without it int16
// keeps several more bits of what distinguishes one key from another.
void ForwardPass::SubtractBias(const std::vector<float>& bias, int64_t first, float* key) const {
  if (bias.empty()) return;
  for (int64_t i = 0; i < config_.head_dim; ++i) key[i] -= bias[first + i];
}

void ForwardPass::AppendKeysAndValues(const LayerWeights& w, int64_t layer, const BatchStep& step) {
  const int64_t dim = config_.head_dim;
  float rotated[kHeadDimMax];
  for (int64_t h = 0; h < config_.kv_heads; ++h) {
    for (int64_t t = 0; t < step.tokens; ++t) {
      const int64_t at = (step.first_row + t) * kv_width() + h * dim;
      NormHead(w.k_norm, &k_[at]);
      RopeOf(layer).Rotate(&k_[at], step.position() + t, 1, rotated);
      SubtractBias(w.k_bias, h * dim, rotated);
      step.own->Store(kernels_, layer, h, step.first_own + t, rotated, &v_[at]);
    }
  }
}

// q, rotated and scaled by 1/sqrt(head_dim), into heads_in [step][kv_head][token][group][head_dim].
void ForwardPass::Queries(const LayerWeights& w, int64_t layer, int64_t rows) {
  const int64_t width = q_width();
  if (IsLast(layer)) {
    const Product product[] = {{&w.q, Grow(q_, rows * width), width}};
    products_.Run(normed_.data(), rows, config_.d_model, digits_, product);
  }
  AddBias(w.q_bias, rows, q_.data());
  Grow(heads_in_, rows * width);
  pool_.ParallelFor(static_cast<int64_t>(batch_.size()),
                    [&](int64_t s) { TurnQueries(w, layer, batch_[s]); });
}

void ForwardPass::TurnQueries(const LayerWeights& w, int64_t layer, const BatchStep& step) {
  const int64_t width = q_width(), dim = config_.head_dim;
  const float scale = 1 / std::sqrt(static_cast<float>(dim));
  float* out = &heads_in_[step.first_query * width];
  for (int64_t h = 0; h < config_.heads; ++h) {
    for (int64_t t = 0; t < step.queries; ++t) {
      const int64_t to = ((h / group() * step.queries + t) * group() + h % group()) * dim;
      float* head = &q_[(step.first_query + t) * width + h * dim];
      NormHead(w.q_norm, head);
      RopeOf(layer).Rotate(head, step.position() + step.query_offset() + t, scale, out + to);
    }
  }
}

// From heads_in over heads_out to attended [row][head][head_dim].
void ForwardPass::AttendHead(int64_t layer, const BatchStep& step, int64_t kv_head) {
  const int64_t width = q_width(), group_width = group() * config_.head_dim;
  const int64_t offset = step.first_query * width + kv_head * step.queries * group_width;
  thread_local AttentionScratch scratch;
  Attend(kernels_,
         {.layer = layer,
          .kv_head = kv_head,
          .head_dim = config_.head_dim,
          .group = group(),
          .prefix = step.prefix,
          .own = step.own,
          .first_token = step.first_own + step.query_offset(),
          .tokens = step.queries,
          .window = config_.positions[layer].window,
          .queries = &heads_in_[offset],
          .out = &heads_out_[offset]},
         scratch);
  for (int64_t t = 0; t < step.queries; ++t) {
    std::memcpy(&attended_[(step.first_query + t) * width + kv_head * group_width],
                &heads_out_[offset + t * group_width], group_width * sizeof(float));
  }
}

void ForwardPass::Attention(const LayerWeights& w, int64_t layer, int64_t rows) {
  const int64_t width = q_width(), d = config_.d_model;
  Queries(w, layer, rows);
  Grow(heads_out_, rows * width);
  Grow(attended_, rows * width);
  const int64_t tasks = static_cast<int64_t>(batch_.size()) * config_.kv_heads;
  pool_.ParallelFor(tasks, [&](int64_t task) {
    AttendHead(layer, batch_[task / config_.kv_heads], task % config_.kv_heads);
  });
  const Product product[] = {{&w.attn_output, projected_.data(), d}};
  products_.Run(attended_.data(), rows, width, output_digits_, product);
}

}  // namespace fathom
