#include "runtime/label_trie.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace fathom {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

bool OneLabel(std::span<const LabelPath> paths) {
  return std::ranges::all_of(paths, [&](const LabelPath& p) { return p.label == paths[0].label; });
}

// Tokens that all of `paths` begin with. In sorted paths the first and the last differ the most.
size_t CommonTokens(std::span<const LabelPath> paths) {
  const std::vector<TokenId>& first = paths.front().tokens;
  const std::vector<TokenId>& last = paths.back().tokens;
  return std::ranges::mismatch(first, last).in1 - first.begin();
}

// log(exp(a) + exp(b))
double LogAdd(double a, double b) {
  const double high = std::max(a, b);
  if (high == kNever) return kNever;
  return high + std::log1p(std::exp(std::min(a, b) - high));
}

}  // namespace

Result<LabelTrie> LabelTrie::Build(std::vector<LabelPath> paths, TokenId terminator) {
  std::ranges::sort(paths, [](const LabelPath& a, const LabelPath& b) {
    return a.tokens != b.tokens ? a.tokens < b.tokens : a.label < b.label;
  });
  const auto [first, last] = std::ranges::unique(paths, [](const LabelPath& a, const LabelPath& b) {
    return a.label == b.label && a.tokens == b.tokens;
  });
  paths.erase(first, last);
  if (paths.empty() || OneLabel(paths)) {
    return {ErrorCode::kInvalidArgument, "scoring needs at least 2 labels"};
  }
  LabelTrie trie;
  for (const LabelPath& path : paths) {
    if (path.tokens.empty()) {
      return {ErrorCode::kInvalidArgument,
              "label " + std::to_string(path.label + 1) +
                  " is written in characters for which the model has no tokens"};
    }
    trie.labels_ = std::max(trie.labels_, path.label + 1);
  }
  FATHOM_RETURN_IF_ERROR(trie.Grow(paths, 0, 0, terminator));
  return trie;
}

int64_t LabelTrie::fed_tokens() const {
  int64_t tokens = 0;
  for (const TrieDecision& decision : decisions_) tokens += std::ssize(decision.path);
  return tokens;
}

// Adds the decision at which `paths`, equal up to `depth`, part. `path_begin` of the decision is
// given because the branch token, which lies before `depth`, belongs to its path.
// Nesting is bounded by the number of paths: every level parts at least one from the others.
Status LabelTrie::Grow(std::span<const LabelPath> paths, size_t depth, int64_t path_begin,
                       TokenId terminator) {
  const size_t parting = CommonTokens(paths);
  FATHOM_ASSERT(parting >= depth);
  const size_t self = decisions_.size();
  const std::vector<TokenId>& tokens = paths.front().tokens;
  decisions_.push_back({.path = {tokens.begin() + path_begin, tokens.begin() + parting},
                        .path_begin = path_begin,
                        .options = {},
                        .tokens = {}});
  deepest_tokens_ = std::max(deepest_tokens_, static_cast<int64_t>(parting));

  while (!paths.empty()) {
    // Paths that end here sort first.
    const bool ends = paths.front().tokens.size() == parting;
    const auto same_option = [&](const LabelPath& path) {
      if (ends) return path.tokens.size() == parting;
      return path.tokens[parting] == paths.front().tokens[parting];
    };
    const size_t count = std::ranges::find_if_not(paths, same_option) - paths.begin();
    const TokenId token = ends ? terminator : paths.front().tokens[parting];
    FATHOM_RETURN_IF_ERROR(AddOption(paths.first(count), parting + 1, self, token, terminator));
    paths = paths.subspan(count);
  }
  return {};
}

Status LabelTrie::AddOption(std::span<const LabelPath> paths, size_t depth, size_t decision,
                            TokenId token, TokenId terminator) {
  TrieOption option{.token = token, .label = std::nullopt, .decision = decisions_.size()};
  const bool one_label = OneLabel(paths);
  if (one_label) option.label = paths.front().label;
  decisions_[decision].options.push_back(option);
  decisions_[decision].tokens.push_back(token);
  if (one_label) return {};
  if (CommonTokens(paths) == paths.back().tokens.size()) {  // all are equal
    return {ErrorCode::kInvalidArgument,
            "labels " + std::to_string(paths.front().label + 1) + " and " +
                std::to_string(paths.back().label + 1) +
                " are written with the same tokens; give them different names"};
  }
  return Grow(paths, depth, static_cast<int64_t>(depth) - 1, terminator);
}

LabelScores::LabelScores(const LabelTrie& trie)
    : trie_(trie), log_mass_(trie.decisions().size()), log_probs_(trie.labels(), kNever) {}

bool LabelScores::Add(size_t decision, std::span<const float> logits) {
  const std::vector<TrieOption>& options = trie_.decisions()[decision].options;
  FATHOM_ASSERT(logits.size() == options.size());
  double top = kNever;
  for (const float logit : logits) {
    if (!std::isfinite(logit)) return false;
    top = std::max(top, static_cast<double>(logit));
  }
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - top);
  const double log_sum = top + std::log(sum);
  for (size_t i = 0; i < options.size(); ++i) {
    const double log_prob = log_mass_[decision] + (logits[i] - log_sum);
    if (options[i].label) {
      double& label = log_probs_[*options[i].label];
      label = LogAdd(label, log_prob);
    } else {
      log_mass_[options[i].decision] = log_prob;
    }
  }
  return true;
}

}  // namespace fathom
