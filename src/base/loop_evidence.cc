#include "base/loop_evidence.h"

#include <algorithm>

#include "base/text_material.h"

namespace fathom {
namespace {

// Of a third round, so that the chance beginning of what follows a doubled passage is not one.
constexpr size_t kThirdRoundBytes = 48;
constexpr size_t kRunBytes = 288;
constexpr size_t kDataBytes = 768;
constexpr size_t kNearBytesMin = 288;
constexpr size_t kFreshPrice = 10;

size_t ExactNeeded(TextMaterial material, size_t period) {
  switch (material) {
    case TextMaterial::kProse:
    case TextMaterial::kMixed: return std::max(kLoopBytesMin, period + kThirdRoundBytes);
    case TextMaterial::kRun: return kRunBytes;
    case TextMaterial::kData: break;
  }
  return std::max(kDataBytes, 3 * period + kThirdRoundBytes);
}

}  // namespace

bool IsExactLoop(std::string_view text, size_t period, size_t bytes) {
  if (bytes < ExactNeeded(TextMaterial::kProse, period)) return false;
  return bytes >= ExactNeeded(MaterialOfRound(text, period), period);
}

// Three rounds, so that records with one description and a licence named for several files are
// none: 9 repeats of a sentence of 32 bytes, 4 of one of 128.
bool IsNearLoop(std::string_view text, const Repetition& repetition) {
  const size_t needed = std::max(kNearBytesMin, 3 * repetition.period + 128);
  return repetition.matched >= needed + kFreshPrice * repetition.fresh &&
         MaterialOfRound(text, repetition.period) == TextMaterial::kProse;
}

bool IsChance(const Repetition& repetition) {
  return repetition.matched <= kFreshPrice * repetition.fresh;
}

}  // namespace fathom
