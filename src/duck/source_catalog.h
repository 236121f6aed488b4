// The sources fathom knows by name: extensions of DuckDB that read and write data where it lies.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fathom {

struct KnownSource {
  const char* name;         // what users write, and of an `extension` record of deps.lock
  const char* extension;    // what DuckDB calls it
  const char* description;  // one line
};

// In the order in which they are shown.
std::span<const KnownSource> KnownSources();

struct SourceEntry {
  std::string name;
  std::string description;  // one line
  std::string path;         // of the extension, where it is or would be
  bool installed = false;
  int64_t bytes = 0;  // of the file; 0 = not installed
};

// The folder below `root` where DuckDB looks for extensions of its own version.
std::string ExtensionFolder(const std::string& root);

// The path that extension `name` has there, or would have.
std::string ExtensionPath(const std::string& root, const std::string& name);

// The known sources, then what else lies in that folder.
std::vector<SourceEntry> ListSources(const std::string& root);

// What to say instead of DuckDB's message about an extension that is not there (its advice is
// INSTALL, which asks DuckDB's server); nullopt if `message` is about something else.
std::optional<std::string> MissingSource(const std::string& message);

}  // namespace fathom
