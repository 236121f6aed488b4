// IEEE 754 binary16, as bits.
#pragma once

#include <cstdint>

namespace fathom {

float HalfToFloat(uint16_t half);   // exact
uint16_t FloatToHalf(float value);  // round to nearest even; beyond 65519 infinity

}  // namespace fathom
