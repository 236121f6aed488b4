// One line of a terminal that is drawn again and again while work goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "duck/session.h"

namespace fathom {

// "ai_filter  ████████░░░░  66 %  132 of 200 inputs  12.3/s  980 tokens/s  5.5 s left", without the
// parts at its end that do not fit into `width` columns.
std::string ProgressLine(const Progress& progress, size_t width);

// "███░░░  38 %  423 MB of 1.1 GB  31 MB/s  0:22 left"
std::string DownloadLine(uint64_t bytes_done, std::optional<uint64_t> bytes_total,
                         double bytes_per_second, size_t width);

// Threads: Show and Clear may be called concurrently.
class StatusLine {
 public:
  // `fd` = a terminal; without `enabled` nothing is ever written.
  StatusLine(int fd, bool enabled) : fd_(fd), enabled_(enabled) {}
  ~StatusLine() { Clear(); }

  bool enabled() const { return enabled_; }
  size_t width() const;
  void Show(const std::string& line);
  // Takes the line away, so that something else may be written to the terminal.
  void Clear();

 private:
  int fd_;
  bool enabled_;
  std::mutex mutex_;
  bool visible_ = false;
};

}  // namespace fathom
