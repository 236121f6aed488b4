#include "model/transformer.h"

#include <algorithm>

#include "base/assert.h"
#include "model/forward_pass.h"
#include "model/kv_cache.h"
#include "model/products.h"
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

struct Transformer::State {
  State(ModelConfig c, Weights w, Arithmetic arithmetic, ThreadPool* pool)
      : config(std::move(c)),
        kv_shape{config.layers, config.kv_heads, config.head_dim, arithmetic},
        weights(std::move(w)),
        kernels(ActiveKernels()),
        products(kernels, arithmetic, pool),
        forward(config, weights, kernels, products, *pool) {}

  ModelConfig config;
  KvShape kv_shape;
  Weights weights;
  const KernelTable& kernels;
  Products products;
  ForwardPass forward;
  std::vector<BatchStep> batch;  // the running one
};

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

int64_t Transformer::KvBytes(int64_t capacity) const {
  return KvCache::Bytes(state_->kv_shape, capacity);
}

int64_t Transformer::WeightBytes() const { return state_->weights.bytes(); }

Sequence Transformer::NewSequence(const Sequence* prefix, int64_t capacity) const {
  FATHOM_ASSERT(capacity > 0 && (prefix == nullptr || prefix->prefix_ == nullptr));
  return Sequence(prefix, std::make_unique<KvCache>(state_->kv_shape, capacity));
}

void Transformer::Forward(std::span<const Step> steps, std::span<float> hidden) {
  State& s = *state_;
  FATHOM_ASSERT(hidden.size() == steps.size() * static_cast<size_t>(s.config.d_model));
  if (steps.empty()) return;
  s.batch.clear();
  int64_t rows = 0;
  for (const Step& step : steps) {
    const int64_t tokens = static_cast<int64_t>(step.tokens.size());
    const Sequence* prefix = step.sequence->prefix_;
    KvCache* own = step.sequence->cache_.get();
    FATHOM_ASSERT(tokens > 0 && own->tokens() + tokens <= own->capacity());
    s.batch.push_back({.ids = step.tokens,
                       .prefix = prefix == nullptr ? nullptr : prefix->cache_.get(),
                       .own = own,
                       .first_row = rows,
                       .tokens = tokens,
                       .first_own = own->tokens(),
                       .first_query = rows,
                       .queries = tokens});
    rows += tokens;
  }
  s.forward.Run(s.batch, hidden);
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
