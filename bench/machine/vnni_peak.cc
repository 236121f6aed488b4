// Compiled with AVX-512 VNNI: include nothing here whose inline functions other files might share.
#include "machine/vnni_peak.h"

#include <immintrin.h>

namespace fathom {
namespace {

constexpr int kChains = 20;  // more than latency times ports on any CPU that has the instruction

}  // namespace

int64_t RunVnniPeak(int64_t rounds) {
  __m512i sums[kChains];
  __m512i a = _mm512_set1_epi32(0x01020304), b = _mm512_set1_epi32(0x05060708);
#pragma GCC unroll 20
  for (int i = 0; i < kChains; ++i) sums[i] = _mm512_set1_epi32(i);  // equal chains would be one
  for (int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 20
    for (int i = 0; i < kChains; ++i) sums[i] = _mm512_dpbusd_epi32(sums[i], a, b);
    asm volatile("" : "+v"(a), "+v"(b));  // or the compiler would compute the rounds at once
  }
#pragma GCC unroll 20
  for (int i = 0; i < kChains; ++i) asm volatile("" : : "v"(sums[i]));
  return rounds * kChains * 64 * 2;
}

}  // namespace fathom
