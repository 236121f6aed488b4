// Where tests find what is not in the repository; only for tests.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace fathom {

// A model file in the cache folder that set-up fills (see CMakeLists.txt for the order).
inline std::string TestModelPath(const std::string& file_name) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  std::filesystem::path cache = variable("FATHOM_CACHE");
  if (cache.empty() && !variable("XDG_CACHE_HOME").empty()) {
    cache = variable("XDG_CACHE_HOME") / "fathom";
  }
  if (cache.empty()) cache = variable("HOME") / ".cache" / "fathom";
  return cache / "models" / file_name;
}

// A file of reference figures (its README says how they were made), beside the source folder.
inline std::string GoldenPath(const std::string& file_name) {
  return std::filesystem::path(FATHOM_SOURCE_DIR) / ".." / "shared" / "golden" / file_name;
}

// "" when both are there, else what to say when skipping a test.
inline std::string MissingFile(const std::string& first, const std::string& second) {
  for (const std::string& path : {first, second}) {
    if (!std::filesystem::exists(path)) return "skipped: there is no " + path;
  }
  return "";
}

}  // namespace fathom
