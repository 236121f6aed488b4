#include "base/aligned_buffer.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "base/assert.h"

namespace fathom {
namespace {

bool IsMapped(size_t bytes) { return bytes >= 2 * kHugePageBytes; }

}  // namespace

// Sizes are bounded by a model's checked shapes: no memory is a broken promise of the machine, not
// an error a caller could handle.
void* AllocateZeros(size_t bytes) {
  if (!IsMapped(bytes)) {
    void* memory = std::aligned_alloc(64, bytes);
    FATHOM_ASSERT(memory != nullptr);
    return std::memset(memory, 0, bytes);
  }
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  FATHOM_ASSERT(memory != MAP_FAILED);
  madvise(memory, bytes, MADV_HUGEPAGE);  // a wish; ordinary pages do as well
  return memory;
}

void FreeZeros(void* memory, size_t bytes) {
  if (IsMapped(bytes)) {
    munmap(memory, bytes);
  } else {
    std::free(memory);
  }
}

}  // namespace fathom
