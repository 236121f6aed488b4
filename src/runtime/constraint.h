// A pattern over the tokens of one model: what an answer may go on with.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
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
// for all rows and jobs.
// Memory  masks up to kMaskBytes, walks some 16 MB, expressions up to kMostExpressions of them
// Threads any number of concurrent calls; one at a time gets through
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
  // word in the tokens it knows it by; unless it has a single token to go on with, which is forced
  // too. Empty = the model has to choose.
  ForcedText Force(Expr state);

  // The tokens whose bytes are allowed, and where an answer may end those that end one. A token may
  // reach over any number of parts of the pattern. Empty, or false: no token of the model can
  // follow, or the pattern has become too large (Expressions::full).
  bool Allow(Expr state, TokenMask* mask);

  // Expressions::full: to be replaced by a new one.
  bool full();

 private:
  // States of a walk through tries: derivatives by byte, found as they are needed.
  struct WalkRow {
    std::array<uint32_t, 256> next;  // rows, kDead, kUnknown
    Expr expr;
    std::shared_ptr<const ByteClasses> classes;  // of the expression; null until they are needed
    std::optional<uint8_t> plain_run;            // PlainRun
  };
  static constexpr uint32_t kDead = UINT32_MAX;
  static constexpr uint32_t kUnknown = UINT32_MAX - 1;
  struct Walk {
    std::deque<WalkRow> rows;
    std::unordered_map<Expr, uint32_t> index;
  };

  // What is allowed of a trie: its tokens, or where there are many of them a bit for each token of
  // the vocabulary.
  struct Allowed {
    std::vector<TokenId> tokens;
    std::vector<uint64_t> words;
    int64_t count = 0;

    size_t bytes() const {
      return tokens.size() * sizeof(TokenId) + words.size() * sizeof(uint64_t);
    }
    void AddTo(TokenMask* mask) const;
  };
  bool HasOneWay(Expr state);
  ForcedText ForceText(Expr state);
  bool AllowLocked(Expr state, TokenMask* mask);
  const Allowed* Find(size_t trie, Expr near);
  uint32_t RowOf(Expr expr);
  uint32_t Next(uint32_t row, uint8_t byte);
  // The one row that every plain byte leads to, else kDead.
  uint32_t PlainNext(uint32_t row);
  // How many plain bytes, whichever, may follow: up to 64, which stands for more too.
  uint8_t PlainRun(uint32_t row);
  bool CollectTokens(const TokenTrie& trie, Expr near, std::vector<TokenId>* tokens);

  const std::shared_ptr<const TokenTries> tries_;
  const Tokenizer& tokenizer_;
  const Expr start_;

  std::mutex mutex_;  // guards what follows
  Expressions expressions_;
  Walk walk_;
  std::vector<TokenId> collected_;
  TokenMask single_;                                      // of Force
  std::vector<std::unordered_map<Expr, Allowed>> masks_;  // of each trie
  size_t mask_bytes_ = 0;
  std::unordered_map<Expr, ForcedText> forced_;
};

}  // namespace fathom
