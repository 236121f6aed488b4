// A file that grows until it is complete and only then gets its name.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace fathom {

// An open, exclusively locked file that may hold the beginning of something from an earlier try.
// Threads: one at a time.
class PartFile {
 public:
  // Creates the file, and its folder, where they are missing.
  // Errors: kUnavailable when another process works on the same file; kIo.
  static Result<PartFile> Open(const std::string& path);

  PartFile(PartFile&& other) noexcept;
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }

  // kIo, with what is needed and what is free, if `bytes` more do not fit on the disk.
  Status CheckSpace(uint64_t bytes) const;

  // Errors: kIo; for a full disk the message says what to do. What was there before stays.
  Status Append(std::span<const uint8_t> bytes);
  Status Clear();

  // Makes the content durable and gives it the name `target`, replacing what has that name.
  Status Commit(const std::string& target);

  // Removes the file: what it holds is of no use.
  void Discard();

 private:
  PartFile(std::string path, int descriptor, uint64_t size);

  std::string path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
};

// Writes a small file so that readers see all of it or none. Errors: kIo.
Status WriteFileAtomically(const std::string& path, const std::string& content);

}  // namespace fathom
