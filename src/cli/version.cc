#include "cli/version.h"

#include "duck/session.h"
#include "llm/local_model.h"

namespace fathom {

std::string VersionText() {
  return std::string("fathom ") + kFathomVersion + "\nkernels " + RuntimeDescription() +
         "\nDuckDB " + Session::DuckDbVersion() + "\n";
}

}  // namespace fathom
