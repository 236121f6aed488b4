// All weights of a model, packed for the kernels.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "kernels/packed_matrix.h"
#include "model/gguf.h"
#include "model/model_config.h"

namespace fathom {

// Vectors that a layer does not have are empty.
struct LayerWeights {
  std::vector<float> attn_norm, ffn_norm;            // [d_model]
  std::vector<float> post_attn_norm, post_ffn_norm;  // [d_model]
  std::vector<float> q_norm, k_norm;                 // [head_dim]
  std::vector<float> q_bias, k_bias, v_bias;
  PackedMatrix q, k, v, attn_output;  // named by what they compute
  PackedMatrix ffn_gate, ffn_up, ffn_down;
};

struct Weights {
  PackedMatrix embedding;  // column j = vector of token j
  PackedMatrix output;     // empty (n() == 0) when the embedding serves as output matrix
  std::vector<float> output_norm;
  std::vector<LayerWeights> layers;

  const PackedMatrix& OutputMatrix() const { return output.n() == 0 ? embedding : output; }
  int64_t bytes() const;  // of all packed matrices
};

// Reads and packs everything. Besides the packed weights it needs one panel of memory per thread.
// REQUIRES a config from ReadModelConfig(file): shapes are not checked again
// Errors  kIo; kCorrupt for scales and weights that are not finite
Result<Weights> LoadWeights(const GgufFile& file, const ModelConfig& config, ThreadPool& pool);

}  // namespace fathom
