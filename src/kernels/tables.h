// The tables themselves, for kernel_table.cc.
#pragma once

#include "kernels/kernel_table.h"

namespace fathom {

extern const KernelTable kScalarKernels;
#if defined(__x86_64__)
extern const KernelTable kAvx512VnniKernels;
#endif

}  // namespace fathom
