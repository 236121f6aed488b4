// The architectures that fathom computes, each as what it adds to a plain Llama.
#pragma once

#include "base/result.h"
#include "model/gguf.h"
#include "model/model_config.h"

namespace fathom {

// Which layers A.attention.sliding_window holds for.
enum class WindowRule {
  kNone,  // the key is refused
  kEveryLayer,
  kPattern,  // all but every n-th, A.attention.sliding_window_pattern; they have their own rope
};

// Where divisors of the rope's frequencies come from.
enum class FactorRule {
  kNone,
  kFreqs,      // tensor rope_freqs, where it is there
  kLongShort,  // tensors rope_factors_long and _short, where they are there
};

struct Architecture {
  const char* name;    // general.architecture
  const char* models;  // that users know, for messages
  RopeKind rope_kind = RopeKind::kHalfSplit;
  LayerParts parts = {};
  WindowRule windows = WindowRule::kNone;
  FactorRule factors = FactorRule::kNone;
  bool scales_embedding = false;  // by sqrt(d_model)
};

// kUnsupported with the names of all known ones; kCorrupt when the file names none.
Result<const Architecture*> FindArchitecture(const GgufFile& file);

}  // namespace fathom
