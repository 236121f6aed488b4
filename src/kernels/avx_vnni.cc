// AVX-VNNI kernels (with AVX2, FMA and F16C): see ymm.h. avx_vnni_evex.cc compiles them once more,
// under another name.
#include "kernels/ymm_table.h"

#ifndef FATHOM_AVX_VNNI_TABLE
#define FATHOM_AVX_VNNI_TABLE kAvxVnniKernels
#endif

namespace fathom {
namespace {

// vpdpbusd adds four products of an unsigned and a signed byte to a 32-bit sum.
struct VnniDot {
  // 12 sums + 2 codes + 1 quad + the nibble mask = 16 registers; 12 chains cover a latency of 5 at
  // 2 per cycle.
  static constexpr int kTileRows = 6;

  using Codes = __m256i;

  static Codes Prepare(__m256i codes) { return codes; }
  static __m256i Start(int32_t zero) { return _mm256_set1_epi32(zero); }
  static __m256i AddCodes(__m256i x, Codes codes, __m256i quad) {
    return _mm256_dpbusd_epi32(x, codes, quad);
  }

  template <PanelKind>
  static constexpr int kRunQuads = 8;
  static __m256i BeginRun(__m256i x) { return x; }
  static __m256i AddSmall(__m256i y, __m256i codes, __m256i quad) {
    return _mm256_dpbusd_epi32(y, codes, quad);
  }
  static __m256i EndRun(__m256i /*x*/, __m256i y) { return y; }

  static __m256i AddPairs(__m256i x, __m256i b, __m256i pair) {
    return _mm256_dpwssd_epi32(x, b, pair);
  }
};

}  // namespace

extern const KernelTable FATHOM_AVX_VNNI_TABLE = YmmTable<VnniDot>("avx-vnni");

}  // namespace fathom
