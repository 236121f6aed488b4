// What `fathom --help` and the shell's .help print.
#pragma once

#include <string>

namespace fathom {

std::string HelpText();
std::string ShellHelpText();

}  // namespace fathom
