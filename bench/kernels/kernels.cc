// The int8 matrix product against what this machine can do, in the same run.
//
//   fathom_kernels [--k 1536] [--n 8960] [--threads 2] [--repeats 7]
//   fathom_kernels --onednn [--threads 2] [--repeats 7]
//
// Without --onednn one matrix: for each panel format and number of rows, operations per second (a
// multiply-add is 2; activations are quantised beforehand, matrices of floats widened each time)
// and the share of the peak of AVX-512's vpdpbusd, on CPUs that have it. With --onednn all matrices
// of the four models beside oneDNN's product of bytes (onednn_table.h). What is compared takes
// turns; each figure is the best of its repeats. FATHOM_KERNELS chooses the kernels.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "kernels/measure.h"
#include "kernels/onednn_table.h"
#include "machine/machine.h"
#include "model/products.h"

namespace fathom {
namespace {

constexpr int64_t kRows[] = {1, 4, 16, 64, 256};

struct FloatFormat {
  const char* name;
  PanelKind kind;
};
constexpr FloatFormat kFloatFormats[] = {{"F16, in fp32", PanelKind::kHalf},
                                         {"BF16, in fp32", PanelKind::kBfloat16},
                                         {"F32", PanelKind::kFloat}};

// One line: `multiply` takes turns with the peak.
void Measure(const char* name, int64_t rows, const Options& options, ThreadPool& pool,
             const std::function<void()>& multiply) {
  const double operations = Operations(rows, options.k, options.n);
  const int turns = static_cast<int>(std::max(1.0, 4e9 / operations));
  Rate product, peak;
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    peak.Add(PeakOperations(pool) / 1e9);
    const double seconds = Seconds([&] {
      for (int turn = 0; turn < turns; ++turn) multiply();
    });
    product.Add(operations * turns / seconds / 1e9);
  }
  std::printf("| %s | %lld | %.0f | ", name, static_cast<long long>(rows), product.best);
  if (peak.best > 0) std::printf("%.0f | %.0f %%", peak.best, 100 * product.best / peak.best);
  if (peak.best == 0) std::printf(" | ");
  std::printf(" | %.0f %% |\n", 100 * (1 - product.worst / product.best));
  std::fflush(stdout);
}

void MeasureInt8(const Format& format, const Options& options, ThreadPool& pool) {
  const KernelTable& kernels = ActiveKernels();
  const PackedMatrix matrix = MakeMatrix(format, options.k, options.n);
  for (int64_t rows : kRows) {
    const QuantizedBuffer a = MakeActivations(kernels, rows, options.k);
    std::vector<float> out(rows * options.n);
    Measure(format.name, rows, options, pool,
            [&] { MultiplyInt8(kernels, matrix, a.view(), out, pool); });
  }
}

// All weights 0: speed does not depend on values.
void MeasureFloats(const FloatFormat& format, const Options& options, ThreadPool& pool) {
  const PackedMatrix matrix({.n = options.n, .k = options.k, .kind = format.kind});
  Products products(ActiveKernels(), Arithmetic::kInt8, &pool);
  for (int64_t rows : kRows) {
    const std::vector<float> x(rows * options.k, 1);
    std::vector<float> out(rows * options.n);
    const Product product[] = {{&matrix, out.data(), options.n}};
    Measure(format.name, rows, options, pool,
            [&] { products.Run(x.data(), rows, options.k, Digits::kSingle, product); });
  }
}

void PrintPeakTable(const Options& options, ThreadPool& pool) {
  std::printf("k = %lld, n = %lld\n\n", static_cast<long long>(options.k),
              static_cast<long long>(options.n));
  std::printf("| panels | rows | Gop/s | peak | share | worst run |\n|---|--:|--:|--:|--:|--:|\n");
  for (const Format& format : kFormats) MeasureInt8(format, options, pool);
  for (const FloatFormat& format : kFloatFormats) MeasureFloats(format, options, pool);
}

int Main(int argc, char** argv) {
  Options options;
  bool onednn = false;
  CLI::App app("The int8 matrix product against what this machine can do");
  app.add_flag("--onednn", onednn, "all matrices of the four models beside oneDNN's product");
  app.add_option("--k", options.k, "inputs, without --onednn")->capture_default_str();
  app.add_option("--n", options.n, "outputs, without --onednn")->capture_default_str();
  app.add_option("--threads", options.threads)->capture_default_str();
  app.add_option("--repeats", options.repeats)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  ThreadPool pool(options.threads);
  std::printf("kernels %s, %d threads, best of %d\n", ActiveKernels().name, options.threads,
              options.repeats);
  if (onednn) return PrintOnednnTable(options, pool) ? 0 : 1;
  PrintPeakTable(options, pool);
  return 0;
}

}  // namespace
}  // namespace fathom

int main(int argc, char** argv) { return fathom::Main(argc, argv); }
