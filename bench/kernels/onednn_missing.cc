// Built where oneDNN was not found.
#include <cstdio>

#include "kernels/onednn_table.h"

namespace fathom {

bool PrintOnednnTable(const Options&, ThreadPool&) {
  std::fprintf(stderr,
               "this program was built without oneDNN: run scripts/setup bench-kernels, then cmake "
               "on the build folder, and build again\n");
  return false;
}

}  // namespace fathom
