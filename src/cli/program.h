// The whole program: from the command line to the exit status.
#pragma once

namespace fathom {

// 0 done, 1 a statement or a download failed, 2 the command line is wrong, 130 Ctrl-C.
int RunProgram(int argc, const char* const* argv);

}  // namespace fathom
