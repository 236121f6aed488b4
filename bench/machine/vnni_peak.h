// What this CPU's int8 instruction can do at most, measured.
#pragma once

#include <cstdint>

namespace fathom {

// Runs `rounds` rounds of independent vpdpbusd on registers, no memory touched; returns the number
// of operations (a multiply-add is 2). REQUIRES a CPU with AVX-512 VNNI
int64_t RunVnniPeak(int64_t rounds);

}  // namespace fathom
