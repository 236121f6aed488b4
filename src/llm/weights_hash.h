// The content hash of a weights file.
#pragma once

#include <string>

#include "base/result.h"
#include "base/thread_pool.h"

namespace fathom {

// Hash of every byte of the file, 32 hex digits: XXH3-128 over the XXH3-64 hashes of its pieces of
// 4 MiB and its size, so that threads share the work (1.1 GB from the page cache: about .2 s on two
// cores). It tells weights apart; it is no protection against forgery, which is what the sha256 at
// download is for.
// Errors  as InputFile::Open and ReadAt.
Result<std::string> HashWeights(const std::string& path, ThreadPool& pool);

}  // namespace fathom
