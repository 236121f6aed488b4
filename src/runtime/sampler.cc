#include "runtime/sampler.h"

#include <cmath>
#include <limits>

#include "base/assert.h"

namespace fathom {
namespace {

// splitmix64's output function (Steele, Lea, Flood 2014): a bijection that passes BigCrush when fed
// a counter with the golden-ratio increment.
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

}  // namespace

double UniformDraw(DrawKey key, uint64_t index) {
  const uint64_t bits = Mix(Mix(key.key) + (index + 1) * 0x9E3779B97F4A7C15u);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

std::optional<TokenId> GreedyToken(std::span<const float> logits) {
  std::optional<TokenId> best;
  float best_logit = -std::numeric_limits<float>::infinity();
  const auto look_at = [&](size_t id) {
    if (logits[id] > best_logit) {
      best_logit = logits[id];
      best = static_cast<TokenId>(id);
    }
  };
  // Few of a vocabulary's blocks hold a new best: the others are passed by in vector registers.
  constexpr size_t kBlock = 16;
  size_t id = 0;
  for (; id + kBlock <= logits.size(); id += kBlock) {
    int larger = 0;
    for (size_t i = 0; i < kBlock; ++i) larger |= logits[id + i] > best_logit;
    for (size_t i = 0; larger != 0 && i < kBlock; ++i) look_at(id + i);
  }
  for (; id < logits.size(); ++id) look_at(id);
  return best;
}

std::optional<TokenId> SampleToken(std::span<const float> logits, double temperature,
                                   double uniform) {
  FATHOM_ASSERT(temperature > 0 && uniform >= 0 && uniform < 1);
  const std::optional<TokenId> best = GreedyToken(logits);
  if (!best) return std::nullopt;
  const double top = logits[*best];
  const auto weight = [&](float logit) {
    return std::isnan(logit) ? 0.0 : std::exp((logit - top) / temperature);
  };
  double total = 0;
  for (const float logit : logits) total += weight(logit);
  const double target = uniform * total;
  double sum = 0;
  for (size_t id = 0; id < logits.size(); ++id) {
    sum += weight(logits[id]);
    if (sum > target) return static_cast<TokenId>(id);
  }
  return best;  // only if the top logit is infinite and the sums are NaN
}

Error NoNumbers() {
  return {ErrorCode::kBadOutput, "the model computed values that are no numbers for this row"};
}

}  // namespace fathom
