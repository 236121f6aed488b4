// SQL text from a file or standard input.
#pragma once

#include <string>

#include "base/result.h"

namespace fathom {

// Reads all of `path`, which may be a pipe. Errors say what to do when the word was no file but a
// misspelt command, or the file holds data instead of SQL.
Result<std::string> ReadScript(const std::string& path);

// Errors: kIo.
Result<std::string> ReadStandardInput();

}  // namespace fathom
