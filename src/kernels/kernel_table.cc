#include "kernels/kernel_table.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/aligned_buffer.h"
#include "kernels/tables.h"

namespace fathom {
namespace {

#if defined(__x86_64__)
// The features that clang 14's __builtin_cpu_supports has no names for.
bool HasF16c() {
  unsigned eax, ebx, ecx = 0, edx;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bit_F16C) != 0;
}
bool HasAvxVnni() {
  constexpr unsigned kAvxVnni = 1 << 4;
  unsigned eax = 0, ebx, ecx, edx;
  return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0 && (eax & kAvxVnni) != 0;
}
#endif

// __builtin_cpu_supports also asks whether the system saves the registers.
std::vector<const KernelTable*> FindAvailable() {
  std::vector<const KernelTable*> tables;
#if defined(__x86_64__)
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && HasF16c();
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vnni")) {
    tables.push_back(&kAvx512VnniKernels);
  }
  if (avx2 && HasAvxVnni()) tables.push_back(&kAvxVnniKernels);
  if (avx2) tables.push_back(&kAvx2Kernels);
#endif
  tables.push_back(&kScalarKernels);
  return tables;
}

const KernelTable* Choose() {
  const char* wanted = std::getenv("FATHOM_KERNELS");
  if (wanted == nullptr || *wanted == '\0') return AvailableKernels().front();
  for (const KernelTable* table : AvailableKernels()) {
    if (std::string_view(table->name) == wanted) return table;
  }
  std::fprintf(stderr,
               "fathom: FATHOM_KERNELS=%s is not available on this CPU; use one of:", wanted);
  for (const KernelTable* table : AvailableKernels()) std::fprintf(stderr, " %s", table->name);
  std::fprintf(stderr, "\n");
  std::exit(2);
}

}  // namespace

uint8_t* ExpandedCodes() {
  static thread_local AlignedBuffer<uint8_t> codes(kExpandInputs * kPanelColumns);
  return codes.data();
}

std::span<const KernelTable* const> AvailableKernels() {
  static const std::vector<const KernelTable*> tables = FindAvailable();
  return tables;
}

const KernelTable& ActiveKernels() {
  static const KernelTable* table = Choose();
  return *table;
}

}  // namespace fathom
