// Which fathom this is.
#pragma once

#include <string>

namespace fathom {

inline constexpr const char* kFathomVersion = FATHOM_VERSION;  // of CMakeLists.txt: "0.1.0"

// What `fathom --version` prints: fathom, the kernels that compute on this CPU, DuckDB.
std::string VersionText();

}  // namespace fathom
