// Causal attention of new tokens over a shared prefix and their own sequence.
#pragma once

#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "kernels/kernel_table.h"
#include "model/kv_cache.h"

namespace fathom {

// One key-value head of one sequence. Query row t * group + g is query head g of the group for the
// sequence's token first_token + t; of the positions of prefix and own tokens it sees those up to
// its own, p, and with a window only those above p - window.
// Shapes  queries, out [tokens * group, head_dim], row-major; queries already rotated and scaled
struct AttentionArgs {
  int64_t layer = 0;
  int64_t kv_head = 0;
  int64_t head_dim = 0;
  int64_t group = 0;
  const KvCache* prefix = nullptr;  // may be null
  const KvCache* own = nullptr;     // holds the new tokens' keys and values already
  int64_t first_token = 0;          // index within `own` of the first query token
  int64_t tokens = 0;
  int64_t window = 0;  // 0 = none
  const float* queries = nullptr;
  float* out = nullptr;
};

// What Attend works in; grows as needed and stays.
struct AttentionScratch {
  AlignedBuffer<float> scores;  // of one block
  std::vector<float> inverse;   // 1 / sum of the weights, for each row of it
  AlignedBuffer<int16_t> q;     // its queries, then its weights
  AlignedBuffer<float> scales;  // of those
};

// softmax(Q K^T) V in blocks of query tokens. Keys and values are read by two matrix products each:
// the prefix, then the own tokens; a query's result does not depend on the blocks. What no token of
// a block sees is not read, but for the rest of a block of kWeightBlock positions. Over caches of
// kInt8 queries and weights are quantised to int16 (docs/runtime.md, section 4).
// REQUIRES prefix and own are of one arithmetic
// Source   "Attention is all you need" eq. 1 (arXiv 1706.03762); prefix split: arXiv 2402.05099
void Attend(const KernelTable& kernels, const AttentionArgs& args, AttentionScratch& scratch);

}  // namespace fathom
