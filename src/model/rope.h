// Rotary position embedding (Su et al. 2021, arXiv 2104.09864, eq. 34).
#pragma once

#include <cstdint>
#include <vector>

#include "model/model_config.h"

namespace fathom {

// Threads: Reserve alone; Rotate concurrently.
class Rope {
 public:
  // REQUIRES config.dims is even and at most head_dim; factors, if any, are dims / 2
  Rope(const RopeConfig& config, int64_t head_dim);

  // Makes positions [0, positions) known.
  void Reserve(int64_t positions);

  // out = scale * rotation(position) * x, both [head_dim]; out may be x. What does not turn is
  // scaled only.
  // REQUIRES Reserve(> position)
  void Rotate(const float* x, int64_t position, float scale, float* out) const;

 private:
  RopeKind kind_;
  int64_t head_dim_;
  int64_t half_;  // of the numbers that turn
  double magnitude_;
  std::vector<double> frequencies_;  // [half]: base^(-i / half) / factor
  std::vector<float> cos_, sin_;     // [positions][half]
};

}  // namespace fathom
