// For the test only: the AVX-VNNI kernels with AVX-512's encoding of the same 256-bit instructions,
// to run on CPUs that have that one alone.
#define FATHOM_AVX_VNNI_TABLE kAvxVnniEvexKernels
#include "kernels/avx_vnni.cc"  // NOLINT(bugprone-suspicious-include)
