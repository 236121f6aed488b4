#include "runtime/masked_choice.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/assert.h"
#include "kernels/kernel_table.h"

namespace fathom {
namespace {

constexpr size_t kBlock = 64;  // tokens of a word of the mask

// What is less likely than the likeliest by this exponent is left out of sums: a vocabulary of it
// is 2e-6 of the largest term. It also keeps clear of numbers that processors are slow with.
constexpr float kLowest = -25;

template <typename Visit>
void ForEach(uint64_t word, size_t begin, const Visit& visit) {
  for (; word != 0; word &= word - 1) visit(begin + std::countr_zero(word));
}

// The largest of a block's logits, allowed or not; NaN never wins.
float LargestOf(std::span<const float> block) {
  float largest[8];  // side by side in vector registers
  std::ranges::fill(largest, -std::numeric_limits<float>::infinity());
  size_t i = 0;
  for (; i + 8 <= block.size(); i += 8) {
    for (size_t j = 0; j < 8; ++j) {
      largest[j] = block[i + j] > largest[j] ? block[i + j] : largest[j];
    }
  }
  for (; i < block.size(); ++i) largest[0] = block[i] > largest[0] ? block[i] : largest[0];
  return *std::ranges::max_element(largest);
}

std::span<const float> BlockOf(std::span<const float> logits, size_t block) {
  const size_t begin = block * kBlock;
  return logits.subspan(begin, std::min(kBlock, logits.size() - begin));
}

// The allowed token of the largest logit. `bounds` becomes the largest logit of each block that has
// an allowed token.
std::optional<TokenId> Largest(std::span<const float> logits, const TokenMask& mask,
                               std::vector<float>* bounds) {
  std::optional<TokenId> best;
  float best_logit = -std::numeric_limits<float>::infinity();
  bounds->resize(mask.words.size());
  for (size_t block = 0; block < mask.words.size(); ++block) {
    const uint64_t word = mask.words[block];
    float& bound = (*bounds)[block];
    bound = -std::numeric_limits<float>::infinity();
    if (word == 0) continue;
    bound = LargestOf(BlockOf(logits, block));
    if (!(bound > best_logit)) continue;
    ForEach(word, block * kBlock, [&](size_t id) {
      if (!(logits[id] > best_logit)) return;
      best_logit = logits[id];
      best = static_cast<TokenId>(id);
    });
  }
  return best;
}

// How far the logits of a block lie below `top`; `lowest` where they are not allowed.
void Gather(std::span<const float> logits, uint64_t allowed, float top, float lowest,
            float* values) {
  for (size_t i = 0; i < logits.size(); ++i) {
    const float above = logits[i] - top;
    values[i] = above > lowest ? above : lowest;  // NaN is not
  }
  for (size_t i = logits.size(); i < kBlock; ++i) values[i] = lowest;
  ForEach(~allowed, 0, [&](size_t forbidden) { values[forbidden] = lowest; });
}

// The blocks that count at this temperature, one behind the other.
void GatherAll(std::span<const float> logits, const TokenMask& mask, float top, double temperature,
               ChoiceScratch* to) {
  const auto lowest = static_cast<float>(kLowest * std::max(1.0, temperature));
  to->blocks.clear();
  for (size_t block = 0; block < to->bounds.size(); ++block) {
    if (to->bounds[block] - top > lowest) to->blocks.push_back(static_cast<uint32_t>(block));
  }
  to->values.resize(to->blocks.size() * kBlock);
  float* values = to->values.data();
  for (const uint32_t block : to->blocks) {
    Gather(BlockOf(logits, block), mask.words[block], top, lowest, values);
    values += kBlock;
  }
}

double SumOf(std::span<const float> block) {
  float sums[8] = {};  // side by side in vector registers
  size_t i = 0;
  for (; i + 8 <= block.size(); i += 8) {
    for (size_t j = 0; j < 8; ++j) sums[j] += block[i + j];
  }
  double sum = 0;
  for (const float part : sums) sum += part;
  for (; i < block.size(); ++i) sum += block[i];
  return sum;
}

// The place at which the cumulative sum of `weights` exceeds `uniform` of the whole; nullopt if
// rounding leaves none, or one that is not allowed.
std::optional<size_t> Draw(std::span<const float> weights, double uniform) {
  constexpr size_t kSummed = 8 * kBlock;
  std::vector<double> sums;
  double total = 0;
  for (size_t begin = 0; begin < weights.size(); begin += kSummed) {
    sums.push_back(SumOf(weights.subspan(begin, std::min(kSummed, weights.size() - begin))));
    total += sums.back();
  }
  double left = uniform * total;
  size_t block = 0;
  while (block + 1 < sums.size() && left >= sums[block]) left -= sums[block++];
  for (size_t i = block * kSummed; i < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<MaskedChoice> ChooseMasked(std::span<const float> logits, const TokenMask& mask,
                                         double temperature, double uniform,
                                         ChoiceScratch* scratch) {
  FATHOM_ASSERT(mask.count > 0 && temperature >= 0 && uniform >= 0 && uniform < 1);
  const std::optional<TokenId> best = Largest(logits, mask, &scratch->bounds);
  if (!best || !std::isfinite(logits[*best])) return std::nullopt;
  const float top = logits[*best];
  GatherAll(logits, mask, top, temperature, scratch);

  const KernelTable& kernels = ActiveKernels();
  std::vector<float>& values = scratch->values;
  const auto count = static_cast<int64_t>(values.size());
  TokenId chosen = *best;
  if (temperature > 0) {
    const auto scale = static_cast<float>(1 / temperature);
    scratch->weights.resize(values.size());
    float* const weights = scratch->weights.data();
    for (size_t i = 0; i < values.size(); ++i) weights[i] = std::max(kLowest, values[i] * scale);
    kernels.softmax_exp(weights, count);
    if (const std::optional<size_t> drawn = Draw(scratch->weights, uniform)) {
      const size_t token = scratch->blocks[*drawn / kBlock] * kBlock + *drawn % kBlock;
      if (token < logits.size() && mask.Has(static_cast<TokenId>(token))) {
        chosen = static_cast<TokenId>(token);
      }
    }
  }
  const double above = static_cast<double>(logits[chosen]) - top;
  const double log_sum = std::log(kernels.softmax_exp(values.data(), count));
  return MaskedChoice{chosen, std::min(0.0, above - log_sum)};
}

}  // namespace fathom
