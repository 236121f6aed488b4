#include "machine/machine.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/aligned_buffer.h"
#include "machine/read_sum.h"
#include "machine/seconds.h"
#include "machine/vnni_peak.h"

namespace fathom {

double PeakOperations(ThreadPool& pool) {
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512vnni")) return 0;
  constexpr int64_t kRounds = 400'000;
  std::vector<int64_t> operations(pool.threads());
  const double seconds = Seconds([&] {
    pool.ParallelFor(pool.threads(), [&](int64_t i) { operations[i] = RunVnniPeak(kRounds); });
  });
  return static_cast<double>(std::accumulate(operations.begin(), operations.end(), int64_t{0})) /
         seconds;
}

double ReadRate(ThreadPool& pool) {
  constexpr int64_t kPieces = 512, kPieceWords = (int64_t{1} << 20) / 8;
  static AlignedBuffer<uint64_t> memory(kPieces * kPieceWords);
  std::vector<uint64_t> sums(kPieces);
  const auto read = [&](int64_t i) {
    sums[i] = ReadSum(memory.data() + i * kPieceWords, kPieceWords);
  };
  if (memory[0] == 0) std::fill_n(memory.data(), memory.size(), 1);  // pages exist from now on
  double seconds = 1e9;
  for (int turn = 0; turn < 4; ++turn) {
    seconds = std::min(seconds, Seconds([&] { pool.ParallelFor(kPieces, read); }));
  }
  const bool right = sums[0] == static_cast<uint64_t>(kPieceWords);
  return right ? static_cast<double>(memory.size() * 8) / seconds : 0;
}

}  // namespace fathom
