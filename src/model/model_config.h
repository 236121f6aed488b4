// The hyperparameters of a model, read from metadata and checked against each other: all that the
// forward pass knows of an architecture. It branches on what stands here, never on a name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/gguf.h"

namespace fathom {

inline constexpr int64_t kHeadDimMax = 512;

enum class RopeKind {
  kAdjacentPairs,  // (x0,x1), (x2,x3), ... ; "NORM" in GGUF writing
  kHalfSplit,      // (x0,x_{d/2}), ...     ; "NEOX"
};

enum class Activation { kSilu, kGeluTanh };

// One way of turning heads by the position of their token.
struct RopeConfig {
  RopeKind kind = RopeKind::kHalfSplit;
  int64_t dims = 0;  // the first `dims` numbers of a head turn, the others stay
  float base = 10000;
  std::vector<float> factors;  // [dims / 2]: what the frequencies are divided by; empty = 1
  float magnitude = 1;         // of the turn: turned numbers are multiplied by it
};

// What every layer of a model consists of beside the parts that all have: attn_norm, q, k, v and
// output product, ffn_norm, gate, up and down product.
struct LayerParts {
  bool qkv_bias = false;    // q, k and v have a bias
  bool head_norms = false;  // each head of q and k is normalised before it turns
  bool post_norms = false;  // attention and feed-forward are normalised before they are added to x
  bool fused = false;       // as stored: q, k, v are one tensor, gate and up are another
  Activation activation = Activation::kSilu;  // of the gate
};

// In what the layers of a model differ: how they use positions.
struct LayerPositions {
  int64_t window = 0;  // a token at position p sees the positions above p - window; 0 = all
  size_t rope = 0;     // index into ModelConfig::ropes
};

struct ModelConfig {
  std::string architecture;  // "llama", "gemma3", ...
  int64_t layers = 0;
  int64_t d_model = 0;
  int64_t d_ffn = 0;
  int64_t heads = 0;
  int64_t kv_heads = 0;
  int64_t head_dim = 0;
  int64_t context_tokens = 0;
  int64_t vocabulary = 0;
  float rms_epsilon = 0;
  float embedding_scale = 1;  // what embeddings are multiplied by
  bool tied_output = false;   // no output.weight: token_embd.weight serves as output matrix
  LayerParts parts;
  std::vector<RopeConfig> ropes;
  std::vector<LayerPositions> positions;  // [layers]
};

// Reads and checks (ranges of docs/gguf.md; shapes of all tensors the architecture needs; missing
// tensors are kCorrupt with their name). An unknown architecture, rope scaling or any present
// feature this build does not compute is kUnsupported and named. kIo when rope factors, which are
// tensors, cannot be read.
Result<ModelConfig> ReadModelConfig(const GgufFile& file);

}  // namespace fathom
