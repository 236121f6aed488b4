// Our int8 product beside oneDNN's u8 x s8 -> s32 matmul.
#pragma once

#include "kernels/measure.h"

namespace fathom {

// Prints Gop/s of oneDNN and, for each panel format, ours divided by it, for every matrix of the
// four models and 64 and 256 rows. oneDNN's product is a plain one of bytes: one sum over all of k,
// no scales, no mins, no fp32; its weights are packed beforehand in the layout that it asks for.
// Needs an idle machine: OpenMP's threads wait for each other in a loop, and where another process
// takes a core, oneDNN's figures fall to a few per cent (less so with OMP_WAIT_POLICY=passive).
// Returns false, with the reason on standard error, when the program was built without oneDNN.
bool PrintOnednnTable(const Options& options, ThreadPool& pool);

}  // namespace fathom
