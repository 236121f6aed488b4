// The forward pass: ragged batches of rows, each behind an optional shared prefix.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "model/arithmetic.h"
#include "model/gguf.h"
#include "model/model_config.h"
#include "model/tokenizer.h"

namespace fathom {

// Keys and values of one run of tokens, all layers.
class KvCache;

// Tokens that extend an optional frozen prefix. The prefix outlives the sequence and is shared by
// any number of sequences. Memory: KvBytes(capacity).
class Sequence {
 public:
  Sequence(Sequence&&) noexcept;
  Sequence& operator=(Sequence&&) noexcept;
  ~Sequence();
  int64_t own_tokens() const;    // appended so far, without the prefix
  int64_t total_tokens() const;  // with the prefix: the position of the next token
  // Forgets the last own tokens. REQUIRES 0 <= own_tokens <= own_tokens()
  void Truncate(int64_t own_tokens);

 private:
  friend class Transformer;
  Sequence(const Sequence* prefix, std::unique_ptr<KvCache> cache);
  const Sequence* prefix_;
  std::unique_ptr<KvCache> cache_;
};

// `tokens` are appended to `sequence`. REQUIRES 1 <= tokens, room in the sequence's capacity; a
// sequence appears once per Forward.
struct Step {
  Sequence* sequence;
  std::span<const TokenId> tokens;
};

// Threads: one call at a time (callers serialise; work is spread over the pool inside).
// Bits: a row's results depend on its tokens, its prefix and how both were cut into Forward calls,
// never on the other steps, their number or the thread count.
class Transformer {
 public:
  // Reads and packs all weights; `file` is not needed afterwards. `pool` is borrowed for life.
  static Result<std::unique_ptr<Transformer>> Load(const GgufFile& file, Arithmetic arithmetic,
                                                   ThreadPool* pool);
  ~Transformer();

  const ModelConfig& config() const;
  int64_t KvBytes(int64_t capacity) const;  // memory of a sequence
  int64_t WeightBytes() const;              // packed, in memory

  // A sequence with room for `capacity` tokens of its own behind `prefix` (null = none).
  // REQUIRES prefix has no prefix of its own and is not appended to afterwards
  Sequence NewSequence(const Sequence* prefix, int64_t capacity) const;

  // Runs all steps as one ragged batch. hidden [steps, d_model] row-major receives the final,
  // normalised hidden state of the last token of each step.
  void Forward(std::span<const Step> steps, std::span<float> hidden);

  // logits [rows, ids] of hidden [rows, d_model], only for the given output rows.
  void Logits(std::span<const float> hidden, std::span<const TokenId> ids, std::span<float> logits);
  // logits [rows, vocabulary] of hidden [rows, d_model].
  void AllLogits(std::span<const float> hidden, std::span<float> logits);

 private:
  struct State;
  explicit Transformer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fathom
