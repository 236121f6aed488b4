#include "llm/weights_hash.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <vector>

#include "io/file.h"

namespace fathom {
namespace {

constexpr uint64_t kPieceBytes = uint64_t{4} << 20;

}  // namespace

Result<std::string> HashWeights(const std::string& path, ThreadPool& pool) {
  FATHOM_ASSIGN_OR_RETURN(const InputFile file, InputFile::Open(path));
  const uint64_t pieces = (file.size() + kPieceBytes - 1) / kPieceBytes;
  std::vector<XXH64_hash_t> hashes(pieces + 1);
  hashes[pieces] = file.size();
  std::mutex mutex;
  Status status;  // of the first piece that failed, guarded by mutex
  pool.ParallelFor(static_cast<int64_t>(pieces), [&](int64_t piece) {
    const uint64_t begin = static_cast<uint64_t>(piece) * kPieceBytes;
    thread_local std::vector<uint8_t> bytes;  // stays: memory of this size comes from the system
    bytes.resize(std::min(kPieceBytes, file.size() - begin));
    const Status read = file.ReadAt(begin, bytes);
    if (read.ok()) {
      hashes[piece] = XXH3_64bits(bytes.data(), bytes.size());
      return;
    }
    const std::lock_guard lock(mutex);
    if (status.ok()) status = read;
  });
  FATHOM_RETURN_IF_ERROR(status);
  const XXH128_hash_t hash = XXH3_128bits(hashes.data(), hashes.size() * sizeof(hashes[0]));
  char hex[33];
  std::snprintf(hex, sizeof hex, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return std::string(hex);
}

}  // namespace fathom
