// AVX2 kernels (with FMA and F16C): see ymm.h.
#include "kernels/ymm_table.h"

namespace fathom {
namespace {

// A sum that is complete here. Without it GCC 12 puts the additions of a block off to its end and
// keeps all products on the stack until then: a third of the speed.
inline __m256i Pin(__m256i sum) {
  asm("" : "+x"(sum));
  return sum;
}

// vpmaddubsw adds two products of an unsigned and a signed byte into 16 signed bits.
struct Avx2Dot {
  // 8 sums + 4 codes + 1 quad + 1 product + the ones = 15 of 16 registers.
  static constexpr int kTileRows = 4;

  // q in -128..127. The magnitude, at most 128, goes to the unsigned side and the sign to the
  // input, at most 127: two products are at most 2 * 128 * 127 = 32,512 and fit 16 bits.
  struct Codes {
    __m256i magnitude, q;
  };

  static Codes Prepare(__m256i codes) {
    const __m256i q = _mm256_xor_si256(codes, _mm256_set1_epi8(-128));
    return {_mm256_abs_epi8(q), q};
  }

  static __m256i Start(int32_t /*zero*/) { return _mm256_setzero_si256(); }

  static __m256i AddCodes(__m256i x, const Codes& w, __m256i quad) {
    const __m256i pairs = _mm256_maddubs_epi16(w.magnitude, _mm256_sign_epi8(quad, w.q));
    return Pin(_mm256_add_epi32(x, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1))));
  }

  // A run adds at most 8 * 2 * 15 * 127 = 30,480, 4 * 2 * 31 * 127 = 31,496 or 2 * 2 * 63 * 127 =
  // 32,004 to each 16-bit sum.
  template <PanelKind kKind>
  static constexpr int kRunQuads = kKind == PanelKind::kSix    ? 2
                                   : kKind == PanelKind::kFive ? 4
                                                               : 8;

  static __m256i BeginRun(__m256i /*x*/) { return _mm256_setzero_si256(); }

  static __m256i AddSmall(__m256i y, __m256i codes, __m256i quad) {
    return Pin(_mm256_add_epi16(y, _mm256_maddubs_epi16(codes, quad)));
  }

  static __m256i EndRun(__m256i x, __m256i y) {
    return _mm256_add_epi32(x, _mm256_madd_epi16(y, _mm256_set1_epi16(1)));
  }

  static __m256i AddPairs(__m256i x, __m256i b, __m256i pair) {
    return _mm256_add_epi32(x, _mm256_madd_epi16(b, pair));
  }
};

}  // namespace

extern const KernelTable kAvx2Kernels = YmmTable<Avx2Dot>("avx2");

}  // namespace fathom
