// The terminal, if there is one.
#pragma once

#include <cstddef>

namespace fathom {

// Makes the C library treat text as UTF-8 whatever the locale is called, as all of fathom does.
void UseUtf8();

bool IsTerminal(int fd);

// Columns of the terminal at `fd`; 80 if it does not say.
size_t TerminalWidth(int fd);

}  // namespace fathom
