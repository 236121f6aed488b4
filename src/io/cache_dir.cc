#include "io/cache_dir.h"

#include <cstdlib>
#include <filesystem>

namespace fathom {
namespace {

// Empty = unset.
std::filesystem::path Variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

std::string CacheDir() {
  if (const auto cache = Variable("FATHOM_CACHE"); !cache.empty()) return cache;
  if (const auto cache = Variable("XDG_CACHE_HOME"); !cache.empty()) return cache / "fathom";
  return Variable("HOME") / ".cache" / "fathom";
}

}  // namespace fathom
