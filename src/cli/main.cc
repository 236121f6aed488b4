#include "cli/program.h"

int main(int argc, char** argv) { return fathom::RunProgram(argc, argv); }
