#include "model/attention.h"

#include <algorithm>

namespace fathom {
namespace {

// The scores of a block stay in the L2 cache: at most 192 KiB of them, if a token's own are no
// more.
constexpr int64_t kBlockScores = 48 * 1024;
constexpr int64_t kBlockTokens = 32;

// The first position that a token at `position` sees.
int64_t FirstSeen(int64_t position, int64_t window) {
  return window == 0 ? 0 : std::max<int64_t>(0, position - window + 1);
}

// One block of query tokens and what it sees: the positions [from, end), those below `shared` in
// the prefix. They are the columns of its scores [rows, width].
struct Block {
  const KernelTable& kernels;
  const AttentionArgs& args;
  int64_t begin, tokens;  // of the query tokens
  int64_t shared;         // tokens of the prefix
  int64_t from, end;

  int64_t rows() const { return tokens * args.group; }
  int64_t width() const { return end - from; }
  int64_t stride() const { return (width() + 15) / 16 * 16; }  // of scores
  int64_t prefix_width() const { return std::max<int64_t>(0, shared - from); }
  int64_t first_own() const { return std::max<int64_t>(0, from - shared); }
  int64_t own_width() const { return end - shared - first_own(); }

  void Scores(const float* queries, float* scores) const;
  void Softmax(float* scores, float* inverse) const;
  void Mix(const float* weights, const float* inverse, float* out) const;
};

void Block::Scores(const float* queries, float* scores) const {
  const int64_t dim = args.head_dim;
  if (prefix_width() > 0) {
    kernels.sgemm(rows(), prefix_width(), dim, queries, dim,
                  args.prefix->Keys(args.layer, args.kv_head) + from, args.prefix->key_stride(),
                  scores, stride(), false);
  }
  kernels.sgemm(rows(), own_width(), dim, queries, dim,
                args.own->Keys(args.layer, args.kv_head) + first_own(), args.own->key_stride(),
                scores + prefix_width(), stride(), false);
}

// What a token does not see, but another of its block does, gets the weight 0. That adds exact
// zeros to the sums of Mix: a token's result is the same in every block.
void Block::Softmax(float* scores, float* inverse) const {
  for (int64_t r = 0; r < rows(); ++r) {
    const int64_t position = shared + args.first_token + begin + r / args.group;
    float* row = scores + r * stride();
    const int64_t first = FirstSeen(position, args.window) - from, seen = position + 1 - from;
    inverse[r] = 1 / kernels.softmax_exp(row + first, seen - first);
    std::fill(row, row + first, 0.0f);
    std::fill(row + seen, row + width(), 0.0f);  // the future
  }
}

void Block::Mix(const float* weights, const float* inverse, float* out) const {
  const int64_t dim = args.head_dim;
  if (prefix_width() > 0) {
    kernels.sgemm(rows(), dim, prefix_width(), weights, stride(),
                  args.prefix->Values(args.layer, args.kv_head) + from * dim, dim, out, dim, false);
  }
  kernels.sgemm(rows(), dim, own_width(), weights + prefix_width(), stride(),
                args.own->Values(args.layer, args.kv_head) + first_own() * dim, dim, out, dim,
                prefix_width() > 0);
  for (int64_t r = 0; r < rows(); ++r) {
    for (int64_t i = 0; i < dim; ++i) out[r * dim + i] *= inverse[r];
  }
}

}  // namespace

void Attend(const KernelTable& kernels, const AttentionArgs& args, AttentionScratch& scratch) {
  const int64_t shared = args.prefix == nullptr ? 0 : args.prefix->tokens();
  const int64_t positions = shared + args.first_token + args.tokens;
  const int64_t widest =
      args.window == 0 ? positions : std::min(positions, args.window + kBlockTokens - 1);
  const int64_t most = std::clamp<int64_t>(kBlockScores / (args.group * widest), 1, kBlockTokens);
  for (int64_t begin = 0; begin < args.tokens; begin += most) {
    const int64_t tokens = std::min(most, args.tokens - begin);
    const int64_t position = shared + args.first_token + begin;
    const Block block{.kernels = kernels,
                      .args = args,
                      .begin = begin,
                      .tokens = tokens,
                      .shared = shared,
                      .from = FirstSeen(position, args.window),
                      .end = position + tokens};
    const size_t size = block.rows() * block.stride();
    if (scratch.scores.size() < size) scratch.scores = AlignedBuffer<float>(size);
    scratch.inverse.resize(block.rows());
    const int64_t at = begin * args.group * args.head_dim;
    block.Scores(args.queries + at, scratch.scores.data());
    block.Softmax(scratch.scores.data(), scratch.inverse.data());
    block.Mix(scratch.scores.data(), scratch.inverse.data(), args.out + at);
  }
}

}  // namespace fathom
