// A pattern over the tokens of one model: what an answer may go on with.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/tokenizer.h"
#include "runtime/pattern.h"
#include "runtime/token_tries.h"

namespace fathom {

// Text that must follow.
struct ForcedText {
  std::string text;
  std::vector<TokenId> tokens;  // of the text
  Expr next = kNothing;         // the state behind it
};

// A state is what the rest of an answer must match. What has been found out about states is kept
// for all rows and jobs. Memory  masks up to kMaskBytes; expressions up to
// Expressions::kMostExpressions. Threads any number of concurrent calls; one at a time gets
// through.
class Constraint {
 public:
  static constexpr size_t kMaskBytes = size_t{48} << 20;

  // Borrows the tokenizer.
  Constraint(const Pattern& pattern, std::shared_ptr<const TokenTries> tries,
             const Tokenizer& tokenizer);

  Expr start() const { return start_; }

  // The state behind `bytes`; kNothing: they are not allowed.
  Expr Advance(Expr state, std::string_view bytes);
  // An answer may end here; and it must, for nothing can follow.
  bool MayEnd(Expr state);
  bool MustEnd(Expr state);

  // What must follow, as much of it as does not take a word away from the model: where choices part
  // within a word, the text ends before that word and its blank, so that the model can write the
  // word in the tokens it knows it by. Empty = the model has to choose.
  ForcedText Force(Expr state);

  // The tokens whose bytes are allowed, and where an answer may end those that end one. A token may
  // reach over any number of parts of the pattern. Empty, or false: no token of the model can
  // follow, or the pattern has become too large (Expressions::full).
  bool Allow(Expr state, TokenMask* mask);

 private:
  // States of a walk through a trie: derivatives by byte, a row a state.
  struct Walk {
    static constexpr uint32_t kDead = UINT32_MAX;
    std::vector<std::array<uint32_t, 256>> rows;
    std::vector<Expr> exprs;   // of the rows
    std::vector<bool> filled;  // the row holds its derivatives
    std::unordered_map<Expr, uint32_t> index;
  };
  uint32_t RowOf(Expr expr);
  void FillRow(uint32_t row);
  bool BuildMask(const TokenTrie& trie, Expr near, TokenMask* mask);

  const std::shared_ptr<const TokenTries> tries_;
  const Tokenizer& tokenizer_;
  const Expr start_;

  std::mutex mutex_;  // guards what follows
  Expressions expressions_;
  Walk walk_;
  std::vector<std::unordered_map<Expr, TokenMask>> masks_;  // of each trie
  size_t mask_bytes_ = 0;
  std::unordered_map<Expr, ForcedText> forced_;
};

}  // namespace fathom
