// Labels as paths of tokens: which decisions a model has to take to name one of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/tokenizer.h"

namespace fathom {

// One way to write a label. A label may have several.
struct LabelPath {
  size_t label = 0;
  std::vector<TokenId> tokens;
};

// One token that may follow at a decision.
struct TrieOption {
  TokenId token = 0;
  std::optional<size_t> label;  // settled by this token; otherwise `decision` goes on
  size_t decision = 0;
};

// A place where the labels part: at least two options, not all of one label.
struct TrieDecision {
  // Tokens from the parent's decision to this one: the option's token and whatever is forced after
  // it. Of the root: what all labels begin with, often nothing.
  std::vector<TokenId> path;
  int64_t path_begin = 0;  // trie tokens before `path`: the lengths of all ancestors' paths
  std::vector<TrieOption> options;
  std::vector<TokenId> tokens;  // of the options, in their order
};

// The decisions of a label set in preorder: a parent before its children, the subtree of one option
// before the next option. Only decisions cost model steps: forced tokens have probability 1 among
// the allowed ones, and a branch whose paths all belong to one label is settled where it begins.
class LabelTrie {
 public:
  // `terminator` (the end-of-turn token) ends a path that another label's path continues; nowhere
  // else is an end asked for.
  // REQUIRES no path contains `terminator`
  // Errors  kInvalidArgument: fewer than two labels, two labels with one path, an empty path.
  static Result<LabelTrie> Build(std::vector<LabelPath> paths, TokenId terminator);

  size_t labels() const { return labels_; }  // largest label index + 1
  const std::vector<TrieDecision>& decisions() const { return decisions_; }
  // Tokens a sequence needs behind the row's own for the longest walk.
  int64_t deepest_tokens() const { return deepest_tokens_; }
  // Tokens that scoring a row feeds behind the row's own: the paths of all decisions.
  int64_t fed_tokens() const;

 private:
  Status Grow(std::span<const LabelPath> paths, size_t depth, int64_t path_begin,
              TokenId terminator);
  Status AddOption(std::span<const LabelPath> paths, size_t depth, size_t decision, TokenId token,
                   TokenId terminator);

  size_t labels_ = 0;
  std::vector<TrieDecision> decisions_;
  int64_t deepest_tokens_ = 0;
};

// The label probabilities of one row, from the logits at each decision, added in preorder. All
// arithmetic is in double and in the order of the trie, so the bits are fixed.
class LabelScores {
 public:
  // `trie` is borrowed.
  explicit LabelScores(const LabelTrie& trie);

  // `logits` of the options of `decision`, in their order. false: one of them is not finite, and
  // the scores are void.
  // REQUIRES decisions come in preorder, each once
  bool Add(size_t decision, std::span<const float> logits);

  // Natural-log probabilities, one per label; valid after all decisions, when their exponentials
  // sum to 1 (the options of each decision do).
  std::span<const double> log_probs() const { return log_probs_; }

 private:
  const LabelTrie& trie_;
  std::vector<double> log_mass_;   // of each decision: log-probability of arriving there
  std::vector<double> log_probs_;  // of each label, summed over the paths seen so far
};

}  // namespace fathom
