#include "model/rope.h"

#include <algorithm>
#include <cmath>

namespace fathom {

Rope::Rope(const RopeConfig& config, int64_t head_dim)
    : kind_(config.kind),
      head_dim_(head_dim),
      half_(config.dims / 2),
      magnitude_(config.magnitude),
      frequencies_(half_) {
  for (int64_t i = 0; i < half_; ++i) {
    frequencies_[i] = std::pow(static_cast<double>(config.base), -static_cast<double>(i) / half_);
    if (!config.factors.empty()) frequencies_[i] /= config.factors[i];
  }
}

void Rope::Reserve(int64_t positions) {
  int64_t known = static_cast<int64_t>(cos_.size()) / half_;
  if (positions <= known) return;
  positions = std::max(positions, 2 * known);  // amortised: decoding asks for one more each time
  cos_.resize(positions * half_);
  sin_.resize(positions * half_);
  for (; known < positions; ++known) {
    for (int64_t i = 0; i < half_; ++i) {
      const double angle = static_cast<double>(known) * frequencies_[i];
      cos_[known * half_ + i] = static_cast<float>(magnitude_ * std::cos(angle));
      sin_[known * half_ + i] = static_cast<float>(magnitude_ * std::sin(angle));
    }
  }
}

void Rope::Rotate(const float* x, int64_t position, float scale, float* out) const {
  const float* c = cos_.data() + position * half_;
  const float* s = sin_.data() + position * half_;
  const bool pairs = kind_ == RopeKind::kAdjacentPairs;
  const int64_t step = pairs ? 2 : 1, partner = pairs ? 1 : half_;
  for (int64_t i = 0; i < half_; ++i) {
    const float a = x[i * step], b = x[i * step + partner];
    out[i * step] = scale * (a * c[i] - b * s[i]);
    out[i * step + partner] = scale * (a * s[i] + b * c[i]);
  }
  for (int64_t i = 2 * half_; i < head_dim_; ++i) out[i] = scale * x[i];
}

}  // namespace fathom
