// Every layout of codes, with columns that do not fill the last panel; only for tests.
#pragma once

#include "kernels/packed_matrix.h"

namespace fathom {

inline constexpr PackedShape kCodeShapes[] = {
    {.n = 64, .k = 128, .kind = PanelKind::kByte},
    {.n = 49, .k = 160, .kind = PanelKind::kNibble},
    {.n = 33, .k = 96, .kind = PanelKind::kNibble, .has_mins = true},
    {.n = 50, .k = 64, .kind = PanelKind::kNonlinear},
    {.n = 7, .k = 96, .kind = PanelKind::kFive},
    {.n = 40, .k = 128, .kind = PanelKind::kFive, .has_mins = true},
    {.n = 35, .k = 96, .kind = PanelKind::kSix, .group = 16},
};

// How many values q may have.
inline int CountOfValues(PanelKind kind) {
  switch (kind) {
    case PanelKind::kNibble:
    case PanelKind::kNonlinear: return 16;
    case PanelKind::kFive: return 32;
    case PanelKind::kSix: return 64;
    default: return 256;
  }
}

// The one of them that comes at place `index`, ascending.
inline int8_t ValueAt(const PackedShape& shape, unsigned index) {
  if (shape.kind == PanelKind::kNonlinear) return kNonlinearValues[index];
  return static_cast<int8_t>(static_cast<int>(index) - ZeroOf(shape.kind, shape.has_mins));
}

}  // namespace fathom
