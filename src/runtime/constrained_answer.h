// One answer on its way through a constraint.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/answer_guard.h"
#include "runtime/constraint.h"
#include "runtime/decided_token.h"
#include "runtime/masked_choice.h"

namespace fathom {

class ConstrainedAnswer {
 public:
  // The answer may take `max_tokens` tokens, decided or forced. Borrows the constraint and the
  // tokenizer.
  ConstrainedAnswer(Constraint& constraint, const Tokenizer& tokenizer, int64_t max_tokens);

  // Appends to `tokens` what is forced at the beginning. REQUIRES once, before Take
  Status Begin(std::vector<TokenId>* tokens);

  // Appends the token that `logits` decide for (ChooseMasked) and what is forced behind it.
  // REQUIRES !ended()
  // Errors  kBadOutput: no allowed logit is a number, or the model has no token that can follow.
  //         kDegenerateOutput: the answer goes round in a loop. kTruncated: it would need more than
  //         max_tokens.
  Status Take(std::span<const float> logits, double temperature, double uniform,
              std::vector<TokenId>* tokens);

  // The text is complete: nothing may follow, or the model ended it. What was forced last is part
  // of it and not of `tokens`: nobody has to read it.
  bool ended() const { return ended_; }
  const std::string& text() const { return text_; }
  const std::vector<DecidedToken>& decided() const { return decided_; }
  int64_t forced_tokens() const { return forced_tokens_; }

 private:
  Status Continue(std::vector<TokenId>* tokens);

  Constraint& constraint_;
  const Tokenizer& tokenizer_;
  const int64_t max_tokens_;
  Expr state_;
  bool ended_ = false;
  std::string text_;
  std::vector<DecidedToken> decided_;
  AnswerGuard guard_;
  int64_t forced_tokens_ = 0;
};

}  // namespace fathom
