#include "cli/run_script.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

namespace fathom {
namespace {

namespace fs = std::filesystem;

// Empty = not there.
std::string FindScript(const std::string& name) {
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& place : {folder / ".." / name, folder / "../share/fathom" / name}) {
    if (access(place.c_str(), X_OK) == 0) return fs::weakly_canonical(place, error).string();
  }
  return "";
}

}  // namespace

Status BecomeScript(const std::string& name, const std::string& argument) {
  const std::string script = FindScript(name);
  if (script.empty()) {
    return Status(ErrorCode::kNotFound,
                  name + " of a checkout of fathom, which is not beside this program");
  }
  std::signal(SIGPIPE, SIG_DFL);  // an ignored signal would stay ignored in the script
  execl(script.c_str(), script.c_str(), argument.c_str(), nullptr);
  return Status(ErrorCode::kIo, "cannot run '" + script + "': " + std::strerror(errno));
}

}  // namespace fathom
