// Rows on their way into the model: admission, and the cutting of their tokens into batches.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/run_context.h"
#include "runtime/engine.h"
#include "runtime/sampler.h"

namespace fathom {

// A long row enters the model in pieces of this size, counted from its own first token: how a row
// is cut is part of its bits, so it must not depend on the rows beside it. Hence a constant and no
// option.
inline constexpr int64_t kRowChunkTokens = 256;

// One row behind the job's prefix, ready for the model.
struct TokenRow {
  size_t row = 0;               // index in the caller's job
  std::vector<TokenId> tokens;  // not empty
  DrawKey draws;                // for sampled decoding
};

// Gives the rows of a job one by one, nullopt when there are no more. Asked only when there is room
// for a row, so rows are tokenised shortly before they run.
using RowSource = std::function<std::optional<TokenRow>()>;

// Performance only: no limit changes a bit of any answer.
struct BatchLimits {
  // Of one forward call; also how long a cancellation may wait (256 tokens of the 1.5B model: about
  // two seconds on two cores). Tokens a second of one core, 0.5B model, by this limit: 512 334,
  // 256 320, 128 321, 64 288.
  int64_t batch_tokens = 256;
  int64_t rows = 64;  // sequences in flight
};

// A source one can look into.
class RowQueue {
 public:
  explicit RowQueue(const RowSource& source) : source_(source) {}

  // The next row, or null when there are no more. Valid until Take.
  const TokenRow* Peek();
  // REQUIRES Peek() != nullptr
  TokenRow Take();

 private:
  const RowSource& source_;
  std::optional<TokenRow> next_;
  bool ended_ = false;
};

// A row and how much of it the model has seen.
struct RowRun {
  RowRun(TokenRow token_row, Sequence row_sequence)
      : row(token_row.row),
        draws(token_row.draws),
        tokens(std::move(token_row.tokens)),
        sequence(std::move(row_sequence)) {}

  size_t row;
  DrawKey draws;
  std::vector<TokenId> tokens;  // prompt; decoding appends to it
  int64_t fed = 0;              // of tokens
  Sequence sequence;

  int64_t waiting() const { return static_cast<int64_t>(tokens.size()) - fed; }
};

// One forward call over the next pieces of several rows.
class RowBatch {
 public:
  explicit RowBatch(int64_t batch_tokens) : budget_(batch_tokens) {}

  // Adds the next piece of `run`: at most kRowChunkTokens. false: no room left, nothing added; an
  // empty batch always has room. `run` is borrowed until Forward.
  // REQUIRES run.waiting() > 0
  bool Add(RowRun& run);

  // Runs the batch. Rows whose last waiting token was in it are `complete()`, and `logits` holds
  // [complete rows, ids] for them (ids empty = the whole vocabulary).
  // Errors  as Engine::Forward
  Status Forward(Engine& engine, std::span<const TokenId> ids, const RunContext& context,
                 std::vector<float>* logits);

  int64_t tokens() const { return tokens_; }
  // After Forward.
  std::span<RowRun* const> complete() const { return complete_; }

 private:
  int64_t budget_;
  int64_t tokens_ = 0;
  std::vector<Step> steps_;
  std::vector<RowRun*> runs_;  // of the steps
  std::vector<RowRun*> complete_;
};

}  // namespace fathom
