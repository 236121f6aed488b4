// What this machine can do at most, measured in the run that is to be compared with it.
#pragma once

#include <cstdint>

#include "base/thread_pool.h"

namespace fathom {

// Operations a second of the int8 instruction on registers, all threads of the pool (a multiply-add
// is 2); 0 on a CPU without AVX-512 VNNI.
double PeakOperations(ThreadPool& pool);

// Bytes a second that the threads of the pool read from memory, half a gibibyte through, best of
// four.
double ReadRate(ThreadPool& pool);

}  // namespace fathom
