// Where a ledger is, and making a place for a new one.
#pragma once

#include <string>

#include "base/result.h"

namespace fathom {

// Makes missing folders (mode 0700) and an empty file (mode 0600) at `path`, durably; a file that
// is there stays as it is. Errors: kIo.
Status MakePrivateFile(const std::string& path);

}  // namespace fathom
