// What the tables of this program share: matrices, activations, timing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/kernel_table.h"
#include "kernels/quantized_buffer.h"
#include "machine/seconds.h"

namespace fathom {

struct Options {
  int64_t k = 1536, n = 8960;
  int threads = AvailableThreads();
  int repeats = 7;
};

struct Format {
  const char* name;  // the file formats that become it
  PanelKind kind;
  int group;
  bool has_mins;
};
inline constexpr Format kFormats[] = {
    {"4 bits (Q4_0)", PanelKind::kNibble, 32, false},
    {"4 bits, mins (Q4_1, Q4_K)", PanelKind::kNibble, 32, true},
    {"4 bits, nonlinear (IQ4_NL)", PanelKind::kNonlinear, 32, false},
    {"5 bits (Q5_0)", PanelKind::kFive, 32, false},
    {"5 bits, mins (Q5_1, Q5_K)", PanelKind::kFive, 32, true},
    {"6 bits, a scale for 16 (Q6_K)", PanelKind::kSix, 16, false},
    {"8 bits (Q8_0)", PanelKind::kByte, 32, false},
};

// Giga-operations per second of several runs, best and worst.
struct Rate {
  double best = 0, worst = 1e30;
  void Add(double rate) {
    best = std::max(best, rate);
    worst = std::min(worst, rate);
  }
};

// A multiply-add is two operations.
inline double Operations(int64_t rows, int64_t k, int64_t n) {
  return 2.0 * static_cast<double>(rows * k * n);
}

// The same code in every column: speed does not depend on values.
PackedMatrix MakeMatrix(const Format& format, int64_t k, int64_t n);

QuantizedBuffer MakeActivations(const KernelTable& kernels, int64_t rows, int64_t k);

// One product of activations made beforehand. `out` holds [a.rows, w.n()].
void MultiplyInt8(const KernelTable& kernels, const PackedMatrix& w, const QuantizedRows& a,
                  std::vector<float>& out, ThreadPool& pool);

}  // namespace fathom
