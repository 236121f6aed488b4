#include "io/part_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace fathom {
namespace {

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string Megabytes(uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

constexpr const char* kMakeRoom =
    "; make room there, or set FATHOM_CACHE to a folder on a larger disk";

Status Failed(const std::string& what, const std::string& path, int error) {
  std::string message = "cannot " + what + " '" + path + "': " + std::strerror(error);
  if (error == ENOSPC || error == EDQUOT) message += kMakeRoom;
  if (error == EACCES || error == EROFS) {
    message += "; change its permissions, or set FATHOM_CACHE to a folder you may write to";
  }
  return Status(ErrorCode::kIo, message);
}

// Without it a rename may be lost when the machine loses power.
void SyncFolder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

}  // namespace

PartFile::PartFile(std::string path, int descriptor, uint64_t size)
    : path_(std::move(path)), descriptor_(descriptor), size_(size) {}

PartFile::PartFile(PartFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_) {}

PartFile::~PartFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<PartFile> PartFile::Open(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(FolderOf(path), error);
  if (error) return Failed("create the folder", FolderOf(path), error.value()).error();
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return Failed("create", path, errno).error();
  PartFile file(path, descriptor, 0);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return Failed("lock", path, errno).error();
    return Error{ErrorCode::kUnavailable,
                 "another process is writing '" + path + "'; wait until it has ended"};
  }
  struct stat status;
  if (fstat(descriptor, &status) != 0) return Failed("look at", path, errno).error();
  file.size_ = static_cast<uint64_t>(status.st_size);
  return file;
}

Status PartFile::CheckSpace(uint64_t bytes) const {
  struct statvfs disk;
  if (fstatvfs(descriptor_, &disk) != 0) return {};  // then writing will show it
  const uint64_t free = uint64_t{disk.f_bavail} * disk.f_frsize;
  if (bytes <= free) return {};
  return Status(ErrorCode::kIo, "not enough space in '" + FolderOf(path_) +
                                    "': " + Megabytes(bytes) + " needed, " + Megabytes(free) +
                                    " free" + kMakeRoom);
}

Status PartFile::Append(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed("write", path_, errno);
    size_ += static_cast<uint64_t>(written);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return {};
}

Status PartFile::Clear() {
  if (ftruncate(descriptor_, 0) != 0) return Failed("clear", path_, errno);
  size_ = 0;
  return {};
}

Status PartFile::Commit(const std::string& target) {
  if (fsync(descriptor_) != 0) return Failed("write", path_, errno);
  if (rename(path_.c_str(), target.c_str()) != 0) return Failed("create", target, errno);
  SyncFolder(FolderOf(target));
  return {};
}

void PartFile::Discard() { unlink(path_.c_str()); }

Status WriteFileAtomically(const std::string& path, const std::string& content) {
  const std::string fresh = path + ".new";
  unlink(fresh.c_str());  // of a try that was killed
  FATHOM_ASSIGN_OR_RETURN(PartFile file, PartFile::Open(fresh));
  Status status = file.Append({reinterpret_cast<const uint8_t*>(content.data()), content.size()});
  if (status.ok()) status = file.Commit(path);
  if (!status.ok()) file.Discard();
  return status;
}

}  // namespace fathom
