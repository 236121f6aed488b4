#include "model/attention.h"

#include <algorithm>

namespace fathom {
namespace {

// 32 tokens x group 6 x 8,192 positions x 4 B = 6 MiB of scores at the longest contexts; with the
// usual few hundred positions a block's scores stay in the L2 cache.
constexpr int64_t kBlockTokens = 32;

}  // namespace

void Attend(const KernelTable& kernels, const AttentionArgs& args, std::vector<float>& scratch) {
  const int64_t dim = args.head_dim, group = args.group;
  const int64_t shared = args.prefix == nullptr ? 0 : args.prefix->tokens();
  const float* own_keys = args.own->Keys(args.layer, args.kv_head);
  const float* own_values = args.own->Values(args.layer, args.kv_head);
  for (int64_t begin = 0; begin < args.tokens; begin += kBlockTokens) {
    const int64_t tokens = std::min(kBlockTokens, args.tokens - begin);
    const int64_t own = args.first_token + begin + tokens;  // own tokens this block may see
    const int64_t rows = tokens * group, width = shared + own;
    const float* q = args.queries + begin * group * dim;
    float* out = args.out + begin * group * dim;
    if (static_cast<int64_t>(scratch.size()) < rows * width) scratch.resize(rows * width);
    float* scores = scratch.data();
    if (shared > 0) {
      kernels.sgemm(rows, shared, dim, q, dim, args.prefix->Keys(args.layer, args.kv_head),
                    args.prefix->capacity(), scores, width, false);
    }
    kernels.sgemm(rows, own, dim, q, dim, own_keys, args.own->capacity(), scores + shared, width,
                  false);
    for (int64_t r = 0; r < rows; ++r) {
      float* row = scores + r * width;
      const int64_t seen = shared + args.first_token + begin + r / group + 1;
      const float inverse = 1 / kernels.softmax_exp(row, seen);
      for (int64_t i = 0; i < seen; ++i) row[i] *= inverse;
      std::fill(row + seen, row + width, 0.0f);  // the future
    }
    if (shared > 0) {
      kernels.sgemm(rows, dim, shared, scores, width, args.prefix->Values(args.layer, args.kv_head),
                    dim, out, dim, false);
    }
    kernels.sgemm(rows, dim, own, scores + shared, width, own_values, dim, out, dim, shared > 0);
  }
}

}  // namespace fathom
