#include "ledger/ledger_path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "ledger/ledger.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

Error PathError(const std::string& path, const char* what, int error) {
  return {ErrorCode::kIo, path + ": " + what + ": " + std::generic_category().message(error) +
                              "; name another place with FATHOM_LEDGER, or SET ai_cache = false "
                              "to run without the ledger"};
}

Status MakeFolders(const fs::path& folder) {
  if (folder.empty() || mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  if (errno == ENOENT && folder.has_parent_path() && folder.parent_path() != folder) {
    FATHOM_RETURN_IF_ERROR(MakeFolders(folder.parent_path()));
    if (mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  }
  return PathError(folder.string(), "this folder cannot be made", errno);
}

// Without it a power cut may take the file's name away, with all that was made durable in it.
void SyncFolder(const fs::path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);  // some file systems cannot; SQLite does not insist either
  close(descriptor);
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

Status MakePrivateFile(const std::string& path) {
  const fs::path folder = fs::absolute(path).parent_path();
  FATHOM_RETURN_IF_ERROR(MakeFolders(folder));
  // O_EXCL: a file that exists is not opened. Closing a second descriptor of a database would drop
  // the locks that this process has on it.
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    if (errno == EEXIST) return {};
    return PathError(path, "the ledger cannot be made", errno);
  }
  close(descriptor);
  SyncFolder(folder);
  return {};
}

std::string Ledger::DefaultPath() {
  if (const std::string path = Environment("FATHOM_LEDGER"); !path.empty()) return path;
  if (const std::string data = Environment("XDG_DATA_HOME"); !data.empty()) {
    return fs::path(data) / "fathom" / "ledger.db";
  }
  return fs::path(Environment("HOME")) / ".local" / "share" / "fathom" / "ledger.db";
}

}  // namespace fathom
