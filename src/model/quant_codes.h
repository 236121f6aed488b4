// Quantised blocks taken apart into integers and scales, as the int8 kernels want them:
// weight = scale * q + min, with a scale (and a min) for every `group` weights.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "kernels/packed_matrix.h"
#include "model/quant.h"

namespace fathom {

struct CodeLayout {
  PanelKind kind;  // the panel whose codes hold q
  int group;       // weights per scale: 32 or 16
  bool has_mins;   // min is 0 otherwise
};

// nullopt for the plain float types, which have no codes.
std::optional<CodeLayout> CodeLayoutOf(TensorType type);

// Takes whole blocks apart.
// Shapes   q [weights]; scales [weights / group]; mins likewise, empty without has_mins
// REQUIRES CodeLayoutOf(type); sizes that agree
void DecodeCodes(TensorType type, std::span<const uint8_t> blocks, std::span<int8_t> q,
                 std::span<float> scales, std::span<float> mins);

}  // namespace fathom
