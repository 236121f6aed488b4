// What SQLite says, as an Error that names the file and what to do.
#pragma once

#include <string>

#include "base/result.h"

namespace fathom {

struct SqliteFailure {
  int code = 0;              // extended result code
  int system_error = 0;      // errno of the call that failed, if one did
  std::string words;         // sqlite3_errmsg
  double busy_seconds = 30;  // how long was waited for a lock
};

// kIo, kCorrupt, or kTooLong (one value beyond SQLite's 1 GB).
Error SqliteError(const std::string& path, const SqliteFailure& failure);

}  // namespace fathom
