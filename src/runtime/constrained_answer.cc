#include "runtime/constrained_answer.h"

#include <algorithm>

#include "base/assert.h"
#include "runtime/sampler.h"

namespace fathom {

ConstrainedAnswer::ConstrainedAnswer(Constraint& constraint, const Tokenizer& tokenizer,
                                     int64_t max_tokens)
    : constraint_(constraint),
      tokenizer_(tokenizer),
      max_tokens_(max_tokens),
      state_(constraint.start()),
      guard_(std::nullopt) {}

Status ConstrainedAnswer::Begin(std::vector<TokenId>* tokens) { return Continue(tokens); }

Status ConstrainedAnswer::Take(std::span<const float> logits, double temperature, double uniform,
                               std::vector<TokenId>* tokens) {
  FATHOM_ASSERT(!ended_);
  thread_local TokenMask mask;  // stay: they are as large as a vocabulary
  thread_local ChoiceScratch scratch;
  if (!constraint_.Allow(state_, &mask)) {
    return {ErrorCode::kBadOutput,
            "the format of the answer is too complex, or the model has no "
            "token for what it demands behind '" +
                text_ + "'"};
  }
  const std::optional<MaskedChoice> choice =
      ChooseMasked(logits, mask, temperature, uniform, &scratch);
  if (!choice) return NoNumbers();
  const std::vector<TokenId>& ends = tokenizer_.end_of_generation();
  ended_ = std::ranges::find(ends, choice->token) != ends.end();
  if (!ended_) {
    const std::string_view bytes = tokenizer_.TokenBytes(choice->token);
    text_ += bytes;
    state_ = constraint_.Advance(state_, bytes);
    FATHOM_RETURN_IF_ERROR(guard_.Append(bytes));  // what is forced may repeat itself
    FATHOM_ASSERT(state_ != kNothing);
  }
  decided_.push_back({text_.size(), choice->log_prob});
  tokens->push_back(choice->token);
  if (ended_) return {};
  return Continue(tokens);
}

Status ConstrainedAnswer::Continue(std::vector<TokenId>* tokens) {
  const ForcedText forced = constraint_.Force(state_);
  text_ += forced.text;
  state_ = forced.next;
  forced_tokens_ += static_cast<int64_t>(forced.tokens.size());
  ended_ = constraint_.MustEnd(state_);
  if (ended_) return {};
  if (static_cast<int64_t>(decided_.size()) + forced_tokens_ >= max_tokens_) {
    return {ErrorCode::kTruncated,
            "the answer was cut at max_tokens = " + std::to_string(max_tokens_) +
                ", before its format was complete; raise max_tokens"};
  }
  tokens->insert(tokens->end(), forced.tokens.begin(), forced.tokens.end());
  return {};
}

}  // namespace fathom
