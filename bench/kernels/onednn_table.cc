#include "kernels/onednn_table.h"

#include <omp.h>

#include <cstdio>
#include <dnnl.hpp>
#include <string>
#include <utility>

namespace fathom {
namespace {

struct Shape {
  const char* model;
  const char* name;
  int64_t k, n;
};
constexpr Shape kShapes[] = {
    {"SmolLM2-135M", "Q, attention output", 576, 576},
    {"SmolLM2-135M", "K, V", 576, 192},
    {"SmolLM2-135M", "gate, up", 576, 1536},
    {"SmolLM2-135M", "down", 1536, 576},
    {"Gemma-3-270M", "Q", 640, 1024},
    {"Gemma-3-270M", "K, V", 640, 256},
    {"Gemma-3-270M", "attention output", 1024, 640},
    {"Gemma-3-270M", "gate, up", 640, 2048},
    {"Gemma-3-270M", "down", 2048, 640},
    {"Qwen2.5-0.5B", "Q, attention output", 896, 896},
    {"Qwen2.5-0.5B", "K, V", 896, 128},
    {"Qwen2.5-0.5B", "gate, up", 896, 4864},
    {"Qwen2.5-0.5B", "down", 4864, 896},
    {"Qwen2.5-1.5B", "Q, attention output", 1536, 1536},
    {"Qwen2.5-1.5B", "K, V", 1536, 256},
    {"Qwen2.5-1.5B", "gate, up", 1536, 8960},
    {"Qwen2.5-1.5B", "down", 8960, 1536},
};
constexpr int64_t kRows[] = {64, 256};

// activations u8 [rows, k] * weights s8 [k, n] = out s32 [rows, n], the weights in oneDNN's layout.
class OnednnProduct {
 public:
  OnednnProduct(const dnnl::engine& engine, int64_t rows, int64_t k, int64_t n) : stream_(engine) {
    using dnnl::memory;
    const memory::desc activations({rows, k}, memory::data_type::u8, memory::format_tag::ab);
    const memory::desc any({k, n}, memory::data_type::s8, memory::format_tag::any);
    const memory::desc out({rows, n}, memory::data_type::s32, memory::format_tag::ab);
    const dnnl::matmul::primitive_desc description({activations, any, out}, engine);
    name_ = description.impl_info_str();
    matmul_ = dnnl::matmul(description);
    memory plain({{k, n}, memory::data_type::s8, memory::format_tag::ab}, engine);
    memory packed(description.weights_desc(), engine);
    memory from(activations, engine);
    Fill(plain, k * n, 3);
    Fill(from, rows * k, 5);
    dnnl::reorder(plain, packed).execute(stream_, plain, packed);
    stream_.wait();
    arguments_ = {
        {DNNL_ARG_SRC, from}, {DNNL_ARG_WEIGHTS, packed}, {DNNL_ARG_DST, memory(out, engine)}};
  }

  void Run() {
    matmul_.execute(stream_, arguments_);
    stream_.wait();
  }

  const std::string& name() const { return name_; }  // oneDNN's own for what it chose

 private:
  static void Fill(const dnnl::memory& memory, int64_t size, uint8_t value) {
    std::fill_n(static_cast<uint8_t*>(memory.get_data_handle()), size, value);
  }

  dnnl::stream stream_;
  dnnl::matmul matmul_;
  std::unordered_map<int, dnnl::memory> arguments_;
  std::string name_;
};

// Operations per second of `work` after as long a run that does not count: OpenMP's threads spin
// for milliseconds after their work, and caches hold what ran before.
double WarmRate(double operations, const std::function<void()>& work) {
  const int turns = static_cast<int>(std::max(1.0, 8e9 / operations));
  const auto run = [&] {
    for (int turn = 0; turn < turns; ++turn) work();
  };
  run();
  return operations * turns / Seconds(run) / 1e9;
}

// Lowest ratio so far of each format.
using Lowest = double[std::size(kFormats)];

void PrintRow(const Shape& shape, int64_t rows, const Options& options, const dnnl::engine& engine,
              ThreadPool& pool, Lowest& lowest) {
  const KernelTable& kernels = ActiveKernels();
  const QuantizedBuffer a = MakeActivations(kernels, rows, shape.k);
  std::vector<float> out(rows * shape.n);
  std::vector<PackedMatrix> matrices;
  for (const Format& format : kFormats) matrices.push_back(MakeMatrix(format, shape.k, shape.n));
  OnednnProduct product(engine, rows, shape.k, shape.n);
  const double operations = Operations(rows, shape.k, shape.n);
  Rate yardstick, ours[std::size(kFormats)];
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    yardstick.Add(WarmRate(operations, [&] { product.Run(); }));
    for (size_t f = 0; f < matrices.size(); ++f) {
      ours[f].Add(
          WarmRate(operations, [&] { MultiplyInt8(kernels, matrices[f], a.view(), out, pool); }));
    }
  }
  std::printf("| %s | %s | %lld x %lld | %lld | %.0f (%s) |", shape.model, shape.name,
              static_cast<long long>(shape.k), static_cast<long long>(shape.n),
              static_cast<long long>(rows), yardstick.best, product.name().c_str());
  for (size_t f = 0; f < matrices.size(); ++f) {
    const double ratio = ours[f].best / yardstick.best;
    lowest[f] = std::min(lowest[f], ratio);
    std::printf(" %.2f |", ratio);
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

bool PrintOnednnTable(const Options& options, ThreadPool& pool) {
  omp_set_num_threads(options.threads);
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  const dnnl_version_t* version = dnnl::version();
  std::printf("oneDNN %d.%d.%d: Gop/s; behind it ours divided by oneDNN's\n\n", version->major,
              version->minor, version->patch);
  std::printf("| model | matrix | k x n | rows | oneDNN |");
  for (const Format& format : kFormats) std::printf(" %s |", format.name);
  std::printf("\n|---|---|---|--:|--:|--:|--:|--:|--:|\n");
  Lowest lowest;
  std::fill(std::begin(lowest), std::end(lowest), 1e30);
  for (const Shape& shape : kShapes) {
    for (int64_t rows : kRows) PrintRow(shape, rows, options, engine, pool, lowest);
  }
  std::printf("| lowest | | | | |");
  for (double ratio : lowest) std::printf(" %.2f |", ratio);
  std::printf("\n");
  return true;
}

}  // namespace fathom
