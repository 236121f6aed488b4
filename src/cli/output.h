// Standard output as a program in a pipeline has to treat it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace fathom {

// A buffered writer on a file descriptor. A reader that went away (`| head -1`) is no failure: what
// is written after that is dropped, and `closed` tells the caller to stop working.
// REQUIRES the process ignores SIGPIPE
// Threads: one at a time.
class Output {
 public:
  explicit Output(int fd) : fd_(fd) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void Write(std::string_view text);

  // Hands everything to the system. Errors: kIo, once, for anything but a reader that went away.
  Status Flush();

  bool closed() const { return closed_; }

 private:
  int fd_;
  bool closed_ = false;
  int error_ = 0;  // errno of a failed write, until Flush reports it
  std::string buffer_;
};

}  // namespace fathom
