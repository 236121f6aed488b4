// Handing over to a script of a checkout.
#pragma once

#include <string>

#include "base/result.h"

namespace fathom {

// Lets this process become the script `name` ("scripts/fetch_model") with one argument. The script
// lies beside the build folder of a checkout, or where an installation keeps it. Returns only when
// that is not possible: kNotFound, the script is not there; kIo.
Status BecomeScript(const std::string& name, const std::string& argument);

}  // namespace fathom
