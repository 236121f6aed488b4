// Where downloads live.
#pragma once

#include <string>

namespace fathom {

// ${FATHOM_CACHE:-${XDG_CACHE_HOME:-~/.cache}/fathom}, the rule of CMakeLists.txt and
// scripts/setup too.
std::string CacheDir();

}  // namespace fathom
