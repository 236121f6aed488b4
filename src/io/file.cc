#include "io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace fathom {
namespace {

std::string SystemWords(int error) { return std::generic_category().message(error); }

Error OpenError(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    return {ErrorCode::kNotFound, path + ": no such file; check the path"};
  }
  return {ErrorCode::kIo, path + ": cannot be opened: " + SystemWords(error)};
}

const char* KindOf(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

}  // namespace

InputFile::InputFile(std::string path, int descriptor, uint64_t size)
    : path_(std::move(path)), descriptor_(descriptor), size_(size) {}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_) {}

InputFile& InputFile::operator=(InputFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  return *this;
}

InputFile::~InputFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<InputFile> InputFile::Open(const std::string& path) {
  // O_NONBLOCK: opening a pipe without a writer must not hang; regular files ignore it.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return OpenError(path, errno);
  InputFile file(path, descriptor, 0);
  struct stat info = {};
  if (fstat(descriptor, &info) != 0) return OpenError(path, errno);
  if (!S_ISREG(info.st_mode)) {
    return Error{ErrorCode::kIo, path + ": is " + KindOf(info.st_mode) + ", not a file"};
  }
  file.size_ = static_cast<uint64_t>(info.st_size);
  return file;
}

Status InputFile::ReadAt(uint64_t offset, std::span<uint8_t> out) const {
  constexpr size_t kMostPerCall = 1 << 30;  // Linux transfers at most 2 GiB - 4 KiB a call
  while (!out.empty()) {
    const ssize_t got = pread(descriptor_, out.data(), std::min(out.size(), kMostPerCall),
                              static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return Status(ErrorCode::kIo, path_ + ": cannot be read at byte " + std::to_string(offset) +
                                        ": " + SystemWords(errno));
    }
    if (got == 0) {
      return Status(ErrorCode::kIo, path_ + ": ends at byte " + std::to_string(offset) +
                                        " but had " + std::to_string(size_) +
                                        " bytes when it was opened; it was changed while in use: "
                                        "restore the file and try again");
    }
    offset += static_cast<uint64_t>(got);
    out = out.subspan(static_cast<size_t>(got));
  }
  return {};
}

}  // namespace fathom
