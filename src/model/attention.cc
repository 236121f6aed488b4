#include "model/attention.h"

#include <algorithm>
#include <span>

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

// Where a product begins that needs `position`: with a block of weights of the prefix or of the own
// tokens, so that a block holds the same positions for every query.
int64_t FirstRead(int64_t position, int64_t shared) {
  const int64_t base = position < shared ? 0 : shared;
  return base + (position - base) / kWeightBlock * kWeightBlock;
}

// Positions [first, first + width) of a cache; their scores are the columns from `column` on.
struct Part {
  const KvCache* cache;
  int64_t first, width, column;
};

// One block of query tokens and what it sees: the positions [from, end), those below `shared` in
// the prefix. They are the columns of its scores [rows, width].
struct Block {
  const KernelTable& kernels;
  const AttentionArgs& args;
  AttentionScratch& scratch;
  int64_t begin, tokens;  // of the query tokens
  int64_t shared;         // tokens of the prefix
  int64_t from, end;

  int64_t rows() const { return tokens * args.group; }
  int64_t width() const { return end - from; }
  int64_t stride() const { return (width() + 15) / 16 * 16; }  // of scores
  Part PrefixPart() const { return {args.prefix, from, std::max<int64_t>(0, shared - from), 0}; }
  Part OwnPart() const {
    const int64_t first = std::max<int64_t>(0, from - shared);
    return {args.own, first, end - shared - first, PrefixPart().width};
  }

  void Run(const float* queries, float* out) const;
  void Softmax() const;
  void ScoresFp32(const Part& part, const float* queries) const;
  void MixFp32(const Part& part, float* out) const;
  void QuantizeQueries(const float* queries) const;
  void ScoresInt16(const Part& part) const;
  void MixInt16(const Part& part, float* out) const;
};

template <typename T>
T* Grow(AlignedBuffer<T>& buffer, int64_t size) {
  if (static_cast<int64_t>(buffer.size()) < size) buffer = AlignedBuffer<T>(size);
  return buffer.data();
}

void Block::ScoresFp32(const Part& part, const float* queries) const {
  kernels.sgemm(rows(), part.width, args.head_dim, queries, args.head_dim,
                part.cache->Keys(args.layer, args.kv_head) + part.first, part.cache->key_stride(),
                scratch.scores.data() + part.column, stride(), false);
}

void Block::MixFp32(const Part& part, float* out) const {
  const int64_t dim = args.head_dim;
  kernels.sgemm(rows(), dim, part.width, scratch.scores.data() + part.column, stride(),
                part.cache->Values(args.layer, args.kv_head) + part.first * dim, dim, out, dim,
                part.column > 0);
}

void Block::QuantizeQueries(const float* queries) const {
  const int64_t dim = args.head_dim;
  int16_t* q = Grow(scratch.q, rows() * dim);
  float* scales = Grow(scratch.scales, rows());
  for (int64_t r = 0; r < rows(); ++r) {
    scales[r] = kernels.quantize_int16(queries + r * dim, dim, kLargestInt16, q + r * dim);
  }
}

void Block::ScoresInt16(const Part& part) const {
  const KvCache& cache = *part.cache;
  kernels.gemm_int16({.m = rows(),
                      .n = part.width,
                      .k = args.head_dim,
                      .block = args.head_dim,
                      .a = scratch.q.data(),
                      .lda = args.head_dim,
                      .a_scale = scratch.scales.data(),
                      .b = cache.Keys16(args.layer, args.kv_head) + 2 * part.first,
                      .ldb = cache.key_stride(),
                      .b_scale = cache.KeyScales(args.layer, args.kv_head) + part.first,
                      .c = scratch.scores.data() + part.column,
                      .ldc = stride(),
                      .accumulate = false});
}

// The scales of the values go into the weights: then a position has one number for all dimensions.
void Block::MixInt16(const Part& part, float* out) const {
  const KvCache& cache = *part.cache;
  const int64_t blocks = (part.width + kWeightBlock - 1) / kWeightBlock, k = blocks * kWeightBlock;
  int16_t* q = Grow(scratch.q, rows() * k);
  float* scales = Grow(scratch.scales, rows() * blocks);
  const float* factors = cache.ValueScales(args.layer, args.kv_head) + part.first;
  for (int64_t r = 0; r < rows(); ++r) {
    kernels.quantize_weights(scratch.scores.data() + r * stride() + part.column, factors,
                             part.width, q + r * k, scales + r * blocks);
  }
  kernels.gemm_int16({.m = rows(),
                      .n = args.head_dim,
                      .k = k,
                      .block = kWeightBlock,
                      .a = q,
                      .lda = k,
                      .a_scale = scales,
                      .b = cache.Values16(args.layer, args.kv_head) + part.first * args.head_dim,
                      .ldb = args.head_dim,
                      .b_scale = nullptr,
                      .c = out,
                      .ldc = args.head_dim,
                      .accumulate = part.column > 0});
}

// What a token does not see, but another of its block does, gets the weight 0. That adds exact
// zeros to the sums of Mix: a token's result is the same in every block.
void Block::Softmax() const {
  scratch.inverse.resize(rows());
  for (int64_t r = 0; r < rows(); ++r) {
    const int64_t position = shared + args.first_token + begin + r / args.group;
    float* row = scratch.scores.data() + r * stride();
    const int64_t first = FirstSeen(position, args.window) - from, seen = position + 1 - from;
    scratch.inverse[r] = 1 / kernels.softmax_exp(row + first, seen - first);
    std::fill(row, row + first, 0.0f);
    std::fill(row + seen, row + width(), 0.0f);  // the future
  }
}

void Block::Run(const float* queries, float* out) const {
  const Part both[] = {PrefixPart(), OwnPart()};
  const std::span<const Part> parts = std::span(both).subspan(both[0].width > 0 ? 0 : 1);
  const bool fp32 = args.own->arithmetic() == Arithmetic::kFp32;
  Grow(scratch.scores, rows() * stride());
  if (!fp32) QuantizeQueries(queries);
  for (const Part& part : parts) fp32 ? ScoresFp32(part, queries) : ScoresInt16(part);
  Softmax();
  for (const Part& part : parts) fp32 ? MixFp32(part, out) : MixInt16(part, out);
  for (int64_t r = 0; r < rows(); ++r, out += args.head_dim) {
    for (int64_t i = 0; i < args.head_dim; ++i) out[i] *= scratch.inverse[r];
  }
}

}  // namespace

void Attend(const KernelTable& kernels, const AttentionArgs& args, AttentionScratch& scratch) {
  const int64_t shared = args.prefix == nullptr ? 0 : args.prefix->tokens();
  const int64_t positions = shared + args.first_token + args.tokens;
  const int64_t widest =
      args.window == 0 ? positions : std::min(positions, args.window + kBlockTokens + kWeightBlock);
  const int64_t most = std::clamp<int64_t>(kBlockScores / (args.group * widest), 1, kBlockTokens);
  for (int64_t begin = 0; begin < args.tokens; begin += most) {
    const int64_t tokens = std::min(most, args.tokens - begin);
    const int64_t position = shared + args.first_token + begin;
    const Block block{.kernels = kernels,
                      .args = args,
                      .scratch = scratch,
                      .begin = begin,
                      .tokens = tokens,
                      .shared = shared,
                      .from = FirstRead(FirstSeen(position, args.window), shared),
                      .end = position + tokens};
    const int64_t at = begin * args.group * args.head_dim;
    block.Run(args.queries + at, args.out + at);
  }
}

}  // namespace fathom
