// Assertions for bugs of ours; on in release builds, unreachable from user input.
#pragma once

#include <cstdio>
#include <cstdlib>

#define FATHOM_ASSERT(condition)                                                             \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
