// Weights that are floats widened to fp32, which the product needs anew for every batch. Compiled
// with AVX2 and F16C: include nothing here whose inline functions other files might share.
#include <immintrin.h>

#include "kernels/tables.h"

namespace fathom {
namespace {

inline __m128i LoadEight(const uint16_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

}  // namespace

void DequantizePanelAvx2(const PackedMatrix& w, int64_t panel, int64_t first, int64_t count,
                         float* out) {
  const int64_t numbers = count * kPanelColumns;
  const void* from = w.codes(panel);
  const uint16_t* halves = static_cast<const uint16_t*>(from) + first * kPanelColumns;
  switch (w.shape().kind) {
    case PanelKind::kHalf:
      for (int64_t i = 0; i < numbers; i += 8) {
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(LoadEight(halves + i)));
      }
      return;
    case PanelKind::kBfloat16:  // the upper half of an fp32 number
      for (int64_t i = 0; i < numbers; i += 8) {
        const __m256i wide = _mm256_cvtepu16_epi32(LoadEight(halves + i));
        _mm256_storeu_ps(out + i, _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16)));
      }
      return;
    case PanelKind::kFloat:
      __builtin_memcpy(out, static_cast<const float*>(from) + first * kPanelColumns,
                       numbers * sizeof(float));
      return;
    default: return kScalarKernels.dequantize_panel(w, panel, first, count, out);
  }
}

}  // namespace fathom
