// The int8 matrix product against the peak of the instruction it is made of, in the same run.
//
//   fathom_kernels [--k 1536] [--n 8960] [--threads 2] [--repeats 7]
//
// For each panel format and number of rows: operations per second (a multiply-add is 2; activations
// are quantised beforehand) and the share of the peak. Peak and products take turns; each figure is
// the best of its repeats, and the last column tells how far the worst fell below it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/kernel_table.h"
#include "kernels/quantized_buffer.h"
#include "kernels/vnni_peak.h"

namespace fathom {
namespace {

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
constexpr Format kFormats[] = {
    {"nibbles and mins (Q4_0, Q4_1, Q4_K)", PanelKind::kNibble, 32, true},
    {"bytes (Q5_0, Q8_0, IQ4_NL)", PanelKind::kByte, 32, false},
    {"bytes and mins (Q5_1, Q5_K)", PanelKind::kByte, 32, true},
    {"bytes, a scale for 16 (Q6_K)", PanelKind::kByte, 16, false},
};
constexpr int64_t kRows[] = {1, 4, 16, 64, 256};

// Giga-operations per second of `repeats` runs, best and worst.
struct Rate {
  double best = 0, worst = 1e30;
  void Add(double rate) {
    best = std::max(best, rate);
    worst = std::min(worst, rate);
  }
};

double Seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The same code in every column: speed does not depend on values.
PackedMatrix MakeMatrix(const Format& format, const Options& options) {
  PackedMatrix matrix({.n = options.n,
                       .k = options.k,
                       .kind = format.kind,
                       .group = format.group,
                       .has_mins = format.has_mins});
  const std::vector<int8_t> q(kPanelColumns * options.k, 7);
  const std::vector<float> scales(kPanelColumns * matrix.groups(), 0.01f);
  const std::vector<float> mins(format.has_mins ? scales.size() : 0, -0.08f);
  for (int64_t panel = 0; panel < matrix.panels(); ++panel) {
    const size_t columns = matrix.columns(panel);
    matrix.FillPanel(panel, std::span(q).first(columns * options.k),
                     std::span(scales).first(columns * matrix.groups()),
                     std::span(mins).first(format.has_mins ? columns * matrix.groups() : 0));
  }
  return matrix;
}

QuantizedBuffer MakeActivations(const KernelTable& kernels, int64_t rows, int64_t k) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> x(rows * k);
  for (float& v : x) v = normal(random);
  QuantizedBuffer quantized;
  quantized.Resize(rows, k);
  kernels.quantize_rows(x.data(), 0, rows, quantized.view());
  return quantized;
}

double PeakRate(ThreadPool& pool) {
  constexpr int64_t kRounds = 400'000;
  std::vector<int64_t> operations(pool.threads());
  const double seconds = Seconds([&] {
    pool.ParallelFor(pool.threads(), [&](int64_t i) { operations[i] = RunVnniPeak(kRounds); });
  });
  double total = 0;
  for (int64_t count : operations) total += static_cast<double>(count);
  return total / seconds / 1e9;
}

void Measure(const Format& format, const Options& options, ThreadPool& pool) {
  const KernelTable& kernels = ActiveKernels();
  const PackedMatrix matrix = MakeMatrix(format, options);
  for (int64_t rows : kRows) {
    const QuantizedBuffer a = MakeActivations(kernels, rows, options.k);
    std::vector<float> out(rows * options.n);
    const double operations = 2.0 * static_cast<double>(rows * options.k * options.n);
    const int turns = static_cast<int>(std::max(1.0, 4e9 / operations));
    Rate product, peak;
    for (int repeat = 0; repeat < options.repeats; ++repeat) {
      peak.Add(PeakRate(pool));
      const double seconds = Seconds([&] {
        for (int turn = 0; turn < turns; ++turn) {
          pool.ParallelFor(matrix.panels(), [&](int64_t panel) {
            kernels.gemm_int8(matrix, panel, a.view(), out.data(), options.n, false);
          });
        }
      });
      product.Add(operations * turns / seconds / 1e9);
    }
    std::printf("| %s | %lld | %.0f | %.0f | %.0f %% | %.0f %% |\n", format.name,
                static_cast<long long>(rows), product.best, peak.best,
                100 * product.best / peak.best, 100 * (1 - product.worst / product.best));
    std::fflush(stdout);
  }
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("The int8 matrix product against the peak of its instruction");
  app.add_option("--k", options.k, "inputs")->capture_default_str();
  app.add_option("--n", options.n, "outputs")->capture_default_str();
  app.add_option("--threads", options.threads)->capture_default_str();
  app.add_option("--repeats", options.repeats)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (std::string(ActiveKernels().name) != "avx512-vnni") {
    std::printf("skipped: this needs AVX-512 VNNI, the kernels in use are %s\n",
                ActiveKernels().name);
    return 0;
  }
  ThreadPool pool(options.threads);
  std::printf("k = %lld, n = %lld, %d threads, best of %d\n\n", static_cast<long long>(options.k),
              static_cast<long long>(options.n), options.threads, options.repeats);
  std::printf("| panels | rows | Gop/s | peak | share | worst run |\n|---|--:|--:|--:|--:|--:|\n");
  for (const Format& format : kFormats) Measure(format, options, pool);
  return 0;
}

}  // namespace
}  // namespace fathom

int main(int argc, char** argv) { return fathom::Main(argc, argv); }
