#include "cli/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace fathom {
namespace {

constexpr size_t kBufferBytes = 64 << 10;  // the capacity of a pipe: one write can fill it

// Writes all of `bytes`; errno of the failure, or 0.
int WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN) {  // a terminal that another program made non-blocking
      pollfd ready{fd, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

void Output::Write(std::string_view text) {
  if (closed_) return;
  buffer_.append(text);
  if (buffer_.size() < kBufferBytes) return;
  error_ = WriteAll(fd_, buffer_);
  buffer_.clear();
  closed_ = error_ != 0;
}

Status Output::Flush() {
  if (!closed_ && !buffer_.empty()) {
    error_ = WriteAll(fd_, buffer_);
    buffer_.clear();
    closed_ = error_ != 0;
  }
  const int error = std::exchange(error_, 0);
  if (error == 0 || error == EPIPE) return {};
  return Status(ErrorCode::kIo, std::string("cannot write the output: ") + std::strerror(error));
}

}  // namespace fathom
