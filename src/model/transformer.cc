// A forward pass over a ragged batch:
//   1. embed all tokens of all steps into one activation matrix x [tokens, d_model]
//   2. for each layer: norm, q k v products, rotate, append to the caches, attention per sequence
//   and
//      key-value head, output product, add; norm, gate and up products, SiLU, down product, add
//   3. in the last layer only the last token of each step goes on past its keys and values: nothing
//      else is read afterwards
//   4. final norm
#include "model/transformer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/assert.h"
#include "model/attention.h"
#include "model/kv_cache.h"
#include "model/products.h"
#include "model/rope.h"
#include "model/weights.h"

namespace fathom {

Sequence::Sequence(const Sequence* prefix, std::unique_ptr<KvCache> cache)
    : prefix_(prefix), cache_(std::move(cache)) {}
Sequence::Sequence(Sequence&&) noexcept = default;
Sequence& Sequence::operator=(Sequence&&) noexcept = default;
Sequence::~Sequence() = default;

int64_t Sequence::own_tokens() const { return cache_->tokens(); }

int64_t Sequence::total_tokens() const {
  return own_tokens() + (prefix_ == nullptr ? 0 : prefix_->own_tokens());
}

void Sequence::Truncate(int64_t own_tokens) {
  FATHOM_ASSERT(own_tokens >= 0 && own_tokens <= cache_->tokens());
  cache_->set_tokens(own_tokens);
}

namespace {

// One step of the batch and where its rows lie.
struct BatchStep {
  const KvCache* prefix;
  KvCache* own;
  int64_t first_row;    // of its tokens in the activation matrix
  int64_t tokens;       // of this step
  int64_t first_own;    // index of its first token within its own sequence
  int64_t first_query;  // row of its first query; differs from first_row in the last layer
  int64_t queries;      // its last `queries` tokens go on past keys and values
  int64_t position() const { return first_own + (prefix == nullptr ? 0 : prefix->tokens()); }
  int64_t query_offset() const { return tokens - queries; }
};

void AddBias(const std::vector<float>& bias, int64_t rows, float* x) {
  if (bias.empty()) return;
  const size_t n = bias.size();
  for (int64_t r = 0; r < rows; ++r) {
    for (size_t i = 0; i < n; ++i) x[r * n + i] += bias[i];
  }
}

}  // namespace

struct Transformer::State {
  State(ModelConfig c, Weights w, Arithmetic arithmetic, ThreadPool* p)
      : config(std::move(c)),
        weights(std::move(w)),
        kernels(ActiveKernels()),
        pool(p),
        products(kernels, arithmetic, p),
        rope(config.rope_kind, config.head_dim, config.rope_base) {}

  ModelConfig config;
  Weights weights;
  const KernelTable& kernels;
  ThreadPool* pool;
  Products products;
  Rope rope;
  // Activations of the running batch; they grow to the largest one and stay.
  std::vector<float> x, normed, q, k, v, heads_in, heads_out, attended, projected, gate, up;
  std::vector<BatchStep> batch;

  int64_t q_width() const { return config.heads * config.head_dim; }
  int64_t kv_width() const { return config.kv_heads * config.head_dim; }
  int64_t group() const { return config.heads / config.kv_heads; }
  // A narrow model averages less of the quantisation noise away: SmolLM2-135M (576 wide) needs the
  // second digit here to keep 98 % of the label decisions, 896 and 1536 do not (docs/runtime.md).
  Digits ffn_digits() const { return config.d_model < 768 ? Digits::kDouble : Digits::kSingle; }

  // Runs body(row) for all rows, a few rows a task: waking a thread costs about as much as that.
  template <typename Body>
  void ForRows(int64_t rows, const Body& body) {
    constexpr int64_t kChunk = 8;
    pool->ParallelFor((rows + kChunk - 1) / kChunk, [&](int64_t chunk) {
      for (int64_t r = chunk * kChunk; r < std::min(rows, (chunk + 1) * kChunk); ++r) body(r);
    });
  }

  static float* Grow(std::vector<float>& buffer, int64_t size) {
    if (static_cast<int64_t>(buffer.size()) < size) buffer.resize(size);
    return buffer.data();
  }

  void Norm(const std::vector<float>& weight, int64_t rows) {
    const int64_t d = config.d_model;
    Grow(normed, rows * d);
    ForRows(rows, [&](int64_t r) {
      kernels.rms_norm(&x[r * d], weight.data(), d, config.rms_epsilon, &normed[r * d]);
    });
  }

  int64_t BuildBatch(std::span<const Step> steps);
  void Embed(std::span<const Step> steps);
  void KeepLastTokens();
  void KeysAndValues(const LayerWeights& w, int64_t layer, int64_t rows);
  void AppendKeysAndValues(int64_t layer, const BatchStep& step);
  void Queries(const LayerWeights& w, int64_t rows);
  void Attention(const LayerWeights& w, int64_t layer, int64_t rows);
  void FeedForward(const LayerWeights& w, int64_t rows);
};

// Returns the number of activation rows.
int64_t Transformer::State::BuildBatch(std::span<const Step> steps) {
  batch.clear();
  int64_t rows = 0, positions = 0;
  for (const Step& step : steps) {
    const int64_t tokens = static_cast<int64_t>(step.tokens.size());
    const Sequence* prefix = step.sequence->prefix_;
    KvCache* own = step.sequence->cache_.get();
    FATHOM_ASSERT(tokens > 0 && own->tokens() + tokens <= own->capacity());
    batch.push_back({.prefix = prefix == nullptr ? nullptr : prefix->cache_.get(),
                     .own = own,
                     .first_row = rows,
                     .tokens = tokens,
                     .first_own = own->tokens(),
                     .first_query = rows,
                     .queries = tokens});
    rows += tokens;
    positions = std::max(positions, batch.back().position() + tokens);
  }
  rope.Reserve(positions);
  return rows;
}

void Transformer::State::Embed(std::span<const Step> steps) {
  const int64_t d = config.d_model;
  ForRows(static_cast<int64_t>(steps.size()), [&](int64_t s) {
    for (int64_t t = 0; t < batch[s].tokens; ++t) {
      const TokenId token = steps[s].tokens[t];
      FATHOM_ASSERT(token >= 0 && token < weights.embedding.n());
      weights.embedding.DequantizeColumn(
          token, {&x[(batch[s].first_row + t) * d], static_cast<size_t>(d)});
    }
  });
}

// Moves the last token of each step to row s of x and of normed.
void Transformer::State::KeepLastTokens() {
  const int64_t d = config.d_model;
  for (size_t s = 0; s < batch.size(); ++s) {
    BatchStep& step = batch[s];
    const int64_t from = step.first_row + step.tokens - 1;
    std::memmove(&x[s * d], &x[from * d], d * sizeof(float));
    std::memmove(&normed[s * d], &normed[from * d], d * sizeof(float));
    step.first_query = static_cast<int64_t>(s);
    step.queries = 1;
  }
}

void Transformer::State::KeysAndValues(const LayerWeights& w, int64_t layer, int64_t rows) {
  const int64_t width = kv_width();
  const Product kv[] = {{&w.k, Grow(k, rows * width), width}, {&w.v, Grow(v, rows * width), width}};
  products.Run(normed.data(), rows, config.d_model, Digits::kDouble, kv);
  AddBias(w.k_bias, rows, k.data());
  AddBias(w.v_bias, rows, v.data());
  pool->ParallelFor(static_cast<int64_t>(batch.size()),
                    [&](int64_t s) { AppendKeysAndValues(layer, batch[s]); });
}

void Transformer::State::AppendKeysAndValues(int64_t layer, const BatchStep& step) {
  const int64_t dim = config.head_dim, capacity = step.own->capacity();
  float rotated[512];  // head_dim is at most 512 (ReadModelConfig)
  for (int64_t h = 0; h < config.kv_heads; ++h) {
    float* keys = step.own->Keys(layer, h) + step.first_own;
    float* values = step.own->Values(layer, h) + step.first_own * dim;
    for (int64_t t = 0; t < step.tokens; ++t) {
      const int64_t at = (step.first_row + t) * kv_width() + h * dim;
      rope.Rotate(&k[at], step.position() + t, 1, rotated);
      for (int64_t i = 0; i < dim; ++i) keys[i * capacity + t] = rotated[i];
      std::memcpy(values + t * dim, &v[at], dim * sizeof(float));
    }
  }
}

// q, rotated and scaled by 1/sqrt(head_dim), into heads_in [step][kv_head][token][group][head_dim].
void Transformer::State::Queries(const LayerWeights& w, int64_t rows) {
  const int64_t width = q_width(), dim = config.head_dim;
  const Product product[] = {{&w.q, Grow(q, rows * width), width}};
  products.Run(normed.data(), rows, config.d_model, Digits::kDouble, product);
  AddBias(w.q_bias, rows, q.data());
  Grow(heads_in, rows * width);
  const float scale = 1 / std::sqrt(static_cast<float>(dim));
  pool->ParallelFor(static_cast<int64_t>(batch.size()), [&](int64_t s) {
    const BatchStep& step = batch[s];
    float* out = &heads_in[step.first_query * width];
    for (int64_t h = 0; h < config.heads; ++h) {
      for (int64_t t = 0; t < step.queries; ++t) {
        const int64_t to = ((h / group() * step.queries + t) * group() + h % group()) * dim;
        rope.Rotate(&q[(step.first_query + t) * width + h * dim],
                    step.position() + step.query_offset() + t, scale, out + to);
      }
    }
  });
}

void Transformer::State::Attention(const LayerWeights& w, int64_t layer, int64_t rows) {
  const int64_t width = q_width(), dim = config.head_dim, d = config.d_model;
  Queries(w, rows);
  Grow(heads_out, rows * width);
  Grow(attended, rows * width);
  const int64_t tasks = static_cast<int64_t>(batch.size()) * config.kv_heads;
  pool->ParallelFor(tasks, [&](int64_t task) {
    const BatchStep& step = batch[task / config.kv_heads];
    const int64_t head = task % config.kv_heads;
    const int64_t offset = step.first_query * width + head * step.queries * group() * dim;
    thread_local std::vector<float> scratch;
    Attend(kernels,
           {.layer = layer,
            .kv_head = head,
            .head_dim = dim,
            .group = group(),
            .prefix = step.prefix,
            .own = step.own,
            .first_token = step.first_own + step.query_offset(),
            .tokens = step.queries,
            .queries = &heads_in[offset],
            .out = &heads_out[offset]},
           scratch);
    for (int64_t t = 0; t < step.queries; ++t) {
      std::memcpy(&attended[(step.first_query + t) * width + head * group() * dim],
                  &heads_out[offset + t * group() * dim], group() * dim * sizeof(float));
    }
  });
  const Product product[] = {{&w.attn_output, Grow(projected, rows * d), d}};
  products.Run(attended.data(), rows, width, Digits::kDouble, product);
  ForRows(rows, [&](int64_t r) { kernels.add(&x[r * d], &projected[r * d], d); });
}

void Transformer::State::FeedForward(const LayerWeights& w, int64_t rows) {
  const int64_t d = config.d_model, f = config.d_ffn;
  const Product gate_up[] = {{&w.ffn_gate, Grow(gate, rows * f), f},
                             {&w.ffn_up, Grow(up, rows * f), f}};
  products.Run(normed.data(), rows, d, ffn_digits(), gate_up);
  ForRows(rows, [&](int64_t r) { kernels.silu_mul(&gate[r * f], &up[r * f], f); });
  const Product down[] = {{&w.ffn_down, Grow(projected, rows * d), d}};
  products.Run(gate.data(), rows, f, Digits::kSingle, down);
  ForRows(rows, [&](int64_t r) { kernels.add(&x[r * d], &projected[r * d], d); });
}

Transformer::Transformer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Transformer::~Transformer() = default;

Result<std::unique_ptr<Transformer>> Transformer::Load(const GgufFile& file, Arithmetic arithmetic,
                                                       ThreadPool* pool) {
  FATHOM_ASSIGN_OR_RETURN(ModelConfig config, ReadModelConfig(file));
  FATHOM_ASSIGN_OR_RETURN(Weights weights, LoadWeights(file, config, *pool));
  auto state = std::make_unique<State>(std::move(config), std::move(weights), arithmetic, pool);
  return std::unique_ptr<Transformer>(new Transformer(std::move(state)));
}

const ModelConfig& Transformer::config() const { return state_->config; }

int64_t Transformer::KvBytesPerToken() const {
  return 2 * state_->config.layers * state_->kv_width() * static_cast<int64_t>(sizeof(float));
}

int64_t Transformer::WeightBytes() const { return state_->weights.bytes(); }

Sequence Transformer::NewSequence(const Sequence* prefix, int64_t capacity) const {
  FATHOM_ASSERT(capacity > 0 && (prefix == nullptr || prefix->prefix_ == nullptr));
  const ModelConfig& c = state_->config;
  return Sequence(prefix, std::make_unique<KvCache>(c.layers, c.kv_heads, c.head_dim, capacity));
}

void Transformer::Forward(std::span<const Step> steps, std::span<float> hidden) {
  State& s = *state_;
  const int64_t d = s.config.d_model;
  FATHOM_ASSERT(hidden.size() == steps.size() * static_cast<size_t>(d));
  if (steps.empty()) return;
  int64_t rows = s.BuildBatch(steps);
  State::Grow(s.x, rows * d);
  s.Embed(steps);
  for (int64_t layer = 0; layer < s.config.layers; ++layer) {
    const LayerWeights& w = s.weights.layers[layer];
    s.Norm(w.attn_norm, rows);
    s.KeysAndValues(w, layer, rows);
    if (layer == s.config.layers - 1) {
      s.KeepLastTokens();
      rows = static_cast<int64_t>(steps.size());
    }
    s.Attention(w, layer, rows);
    s.Norm(w.ffn_norm, rows);
    s.FeedForward(w, rows);
  }
  s.Norm(s.weights.output_norm, rows);
  std::memcpy(hidden.data(), s.normed.data(), hidden.size_bytes());
  for (const BatchStep& step : s.batch) step.own->set_tokens(step.first_own + step.tokens);
}

void Transformer::Logits(std::span<const float> hidden, std::span<const TokenId> ids,
                         std::span<float> logits) {
  State& s = *state_;
  const int64_t d = s.config.d_model, n = static_cast<int64_t>(ids.size());
  const int64_t rows = static_cast<int64_t>(hidden.size()) / d;
  FATHOM_ASSERT(logits.size() == static_cast<size_t>(rows * n));
  std::vector<float> column(d), matrix(d * n);
  for (int64_t j = 0; j < n; ++j) {
    s.weights.OutputMatrix().DequantizeColumn(ids[j], column);
    for (int64_t i = 0; i < d; ++i) matrix[i * n + j] = column[i];
  }
  s.kernels.sgemm(rows, n, d, hidden.data(), d, matrix.data(), n, logits.data(), n, false);
}

void Transformer::AllLogits(std::span<const float> hidden, std::span<float> logits) {
  State& s = *state_;
  const int64_t d = s.config.d_model, vocabulary = s.config.vocabulary;
  const int64_t rows = static_cast<int64_t>(hidden.size()) / d;
  FATHOM_ASSERT(logits.size() == static_cast<size_t>(rows * vocabulary));
  const Product product[] = {{&s.weights.OutputMatrix(), logits.data(), vocabulary}};
  s.products.Run(hidden.data(), rows, d, Digits::kSingle, product);
}

}  // namespace fathom
