// Files read at given positions through one descriptor.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace fathom {

// A regular file, open for reading. Its size is taken once, from the open descriptor: what was
// checked is what is read, even if the path meanwhile names another file.
// Threads: const members may be called concurrently (pread: no shared position).
class InputFile {
 public:
  // Errors  kNotFound: no such file. kIo: everything else the system says, and anything that is
  //         not a regular file (folder, pipe, device), named as such.
  static Result<InputFile> Open(const std::string& path);

  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&& other) noexcept;
  ~InputFile();

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }  // bytes, when it was opened

  // Fills `out` with the bytes from `offset` on.
  // Errors  kIo, also when the file ends before `out` is full (it has shrunk since Open).
  Status ReadAt(uint64_t offset, std::span<uint8_t> out) const;

 private:
  InputFile(std::string path, int descriptor, uint64_t size);

  std::string path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
};

}  // namespace fathom
