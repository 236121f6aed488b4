// Rotary position embedding (Su et al. 2021, arXiv 2104.09864, eq. 34).
#pragma once

#include <cstdint>
#include <vector>

#include "model/model_config.h"

namespace fathom {

// Threads: Reserve alone; Rotate concurrently.
class Rope {
 public:
  Rope(RopeKind kind, int64_t head_dim, float base);

  // Makes positions [0, positions) known.
  void Reserve(int64_t positions);

  // out = scale * rotation(position) * x, both [head_dim]; out may be x.
  // REQUIRES Reserve(> position)
  void Rotate(const float* x, int64_t position, float scale, float* out) const;

 private:
  RopeKind kind_;
  int64_t half_;
  std::vector<double> frequencies_;  // [half]: base^(-i / half)
  std::vector<float> cos_, sin_;     // [positions][half]
};

}  // namespace fathom
