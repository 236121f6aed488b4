// libFuzzer target: any bytes as blocks of a tensor. What CheckFinite lets through has finite
// values, codes in their range, and comes out of the packed panels within the rounding of their
// scales. As activations, which nobody checks, the values are quantised by every table of kernels:
// alike, as long as they are finite and not too small for it.
//
// Input: one byte, the format (of the twelve, modulo), then blocks.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "kernels/kernel_table.h"
#include "kernels/packed_matrix.h"
#include "kernels/quantized_buffer.h"
#include "model/quant.h"
#include "model/quant_codes.h"

namespace fathom {
namespace {

constexpr std::array kTypes = {TensorType::kF32,  TensorType::kF16,    TensorType::kBF16,
                               TensorType::kQ4_0, TensorType::kQ4_1,   TensorType::kQ5_0,
                               TensorType::kQ5_1, TensorType::kQ8_0,   TensorType::kQ4_K,
                               TensorType::kQ5_K, TensorType::kIQ4_NL, TensorType::kQ6_K};

void Require(bool holds) {
  if (!holds) std::abort();
}

struct Codes {
  std::vector<int8_t> q;
  std::vector<float> scales, mins;
};

Codes Decode(TensorType type, const CodeLayout& layout, std::span<const uint8_t> blocks,
             size_t weights) {
  Codes codes;
  codes.q.resize(weights);
  codes.scales.resize(weights / layout.group);
  codes.mins.resize(layout.has_mins ? codes.scales.size() : 0);
  DecodeCodes(type, blocks, codes.q, codes.scales, codes.mins);
  return codes;
}

// Every block as one output of a matrix, packed and taken out again. A scale or min is rounded to
// f16 after division by the panel's multiplier: 2^-11 of itself, or for the tiny ones of f16's
// smallest step 2^-24, times a multiplier of at most 2^-13 of the largest.
void CheckPacked(const CodeLayout& layout, const Codes& codes, std::span<const float> values,
                 int64_t k) {
  const auto n = static_cast<int64_t>(values.size()) / k;
  PackedMatrix matrix(
      {.n = n, .k = k, .kind = layout.kind, .group = layout.group, .has_mins = layout.has_mins});
  Require(matrix.panels() == 1);
  matrix.FillPanel(0, codes.q, codes.scales, codes.mins);
  float largest = 0;
  for (const float scale : codes.scales) largest = std::max(largest, std::fabs(scale));
  for (const float min : codes.mins) largest = std::max(largest, std::fabs(min));
  std::vector<float> column(k);
  for (int64_t j = 0; j < n; ++j) {
    matrix.DequantizeColumn(j, column);
    for (int64_t i = 0; i < k; ++i) {
      const int64_t at = j * k + i, group = at / layout.group;
      const float q = std::fabs(static_cast<float>(codes.q[at]));
      const float min = layout.has_mins ? std::fabs(codes.mins[group]) : 0;
      const float bound = std::ldexp(std::fabs(codes.scales[group]) * q + min, -10) +
                          std::ldexp(largest * (q + 1), -36);
      Require(std::fabs(column[i] - values[at]) <= bound);
    }
  }
}

// Finite, and the largest neither 0 nor so small that 127 / absmax is infinite.
bool IsQuantisable(std::span<const float> block) {
  float absmax = 0;
  for (const float x : block) {
    if (!std::isfinite(x)) return false;
    absmax = std::max(absmax, std::fabs(x));
  }
  return std::isfinite(127 / absmax);
}

// One row of activations.
void CheckActivations(std::span<const float> row) {
  QuantizedBuffer reference, other;
  const auto k = static_cast<int64_t>(row.size()), blocks = k / kActivationBlock;
  const std::span<const KernelTable* const> tables = AvailableKernels();
  reference.Resize(1, k);
  tables.back()->quantize_rows(row.data(), 0, 1, reference.view());
  for (const KernelTable* table : tables) {
    other.Resize(1, k);
    table->quantize_rows(row.data(), 0, 1, other.view());
    for (int64_t block = 0; block < blocks; ++block) {
      if (!IsQuantisable(row.subspan(block * kActivationBlock, kActivationBlock))) continue;
      const int8_t* q = other.view().q + block * kActivationBlock;
      Require(other.view().scale[block] == reference.view().scale[block]);
      Require(std::equal(q, q + kActivationBlock, reference.view().q + block * kActivationBlock));
    }
  }
}

void CheckBlocks(TensorType type, std::span<const uint8_t> blocks) {
  const QuantFormat& format = FormatOf(type);
  std::vector<float> values(blocks.size() / format.block_bytes * format.block_weights);
  Dequantize(type, blocks, values);
  if (const size_t whole = values.size() / kActivationBlock * kActivationBlock; whole > 0) {
    CheckActivations({values.data(), whole});
  }
  if (!CheckFinite(type, blocks, "tensor").ok()) return;
  Require(std::ranges::all_of(values, [](float value) { return std::isfinite(value); }));
  const auto layout = CodeLayoutOf(type);
  if (!layout || values.empty()) return;
  CheckPacked(*layout, Decode(type, *layout, blocks, values.size()), values, format.block_weights);
}

}  // namespace
}  // namespace fathom

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const fathom::TensorType type = fathom::kTypes[data[0] % fathom::kTypes.size()];
  const size_t bytes = fathom::FormatOf(type).block_bytes;
  const size_t blocks = std::min<size_t>((size - 1) / bytes, fathom::kPanelColumns);
  fathom::CheckBlocks(type, {data + 1, blocks * bytes});
  return 0;
}
