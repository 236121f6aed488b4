// The hyperparameters of a model, read from metadata and checked against each other.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/gguf.h"

namespace fathom {

enum class RopeKind {
  kAdjacentPairs,  // llama: (x0,x1), (x2,x3), ... ; "NORM" in GGUF writing
  kHalfSplit,      // qwen2: (x0,x_{d/2}), ...     ; "NEOX"
};

struct ModelConfig {
  std::string architecture;  // "llama", "qwen2"
  int64_t layers = 0;
  int64_t d_model = 0;
  int64_t d_ffn = 0;
  int64_t heads = 0;
  int64_t kv_heads = 0;
  int64_t head_dim = 0;
  int64_t context_tokens = 0;
  int64_t vocabulary = 0;
  float rms_epsilon = 0;
  float rope_base = 0;
  RopeKind rope_kind = RopeKind::kHalfSplit;
  bool tied_output = false;  // no output.weight: token_embd.weight serves as output matrix
};

// Reads and checks (ranges of `runtime.md` section 9 item 6; shapes of all tensors the
// architecture needs; missing tensors are kCorrupt with their name). An unknown architecture, rope
// scaling or any present feature this build does not compute is kUnsupported and named.
Result<ModelConfig> ReadModelConfig(const GgufFile& file);

}  // namespace fathom
