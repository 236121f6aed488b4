#include "cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/numbers.h"
#include "cli/terminal.h"
#include "cli/text_width.h"

namespace fathom {
namespace {

constexpr int kBarWidth = 20;
// The first inputs also carry the loading of the model: too slow to tell how long the others take.
constexpr int64_t kInputsBeforeEstimate = 8;

std::string Bar(double share) {
  const int full = static_cast<int>(share * kBarWidth);
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) bar += i < full ? "█" : "░";
  return bar;
}

double Share(double done, double total) {
  return total > 0 ? std::clamp(done / total, 0.0, 1.0) : 0.0;
}

std::string Percent(double share) { return Fixed(std::floor(share * 100), 0) + " %"; }

// The first parts that fit, two blanks between them.
std::string Joined(const std::vector<std::string>& parts, size_t width) {
  std::string line;
  size_t used = 0;
  for (const std::string& part : parts) {
    const size_t wanted = DisplayWidth(part) + (line.empty() ? 0 : 2);
    if (used + wanted > width) break;
    if (!line.empty()) line += "  ";
    line += part;
    used += wanted;
  }
  return line;
}

}  // namespace

std::string ProgressLine(const Progress& progress, size_t width) {
  std::vector<std::string> parts = {Printable(progress.function)};
  if (progress.rows_total >= 0) {
    const double share =
        Share(static_cast<double>(progress.rows_done), static_cast<double>(progress.rows_total));
    parts.push_back(Bar(share));
    parts.push_back(Percent(share));
    parts.push_back(WithSeparators(progress.rows_done) + " of " +
                    Count(progress.rows_total, "input"));
  } else {
    parts.push_back(Count(progress.rows_done, "input"));
  }
  if (progress.rows_per_second > 0) {
    parts.push_back(Fixed(progress.rows_per_second, 1) + "/s");
    parts.push_back(Fixed(progress.tokens_per_second, 0) + " tokens/s");
    if (progress.rows_done >= kInputsBeforeEstimate && progress.rows_total > progress.rows_done) {
      const auto rows_left = static_cast<double>(progress.rows_total - progress.rows_done);
      parts.push_back(Seconds(rows_left / progress.rows_per_second) + " left");
    }
  }
  return Joined(parts, width);
}

std::string DownloadLine(uint64_t bytes_done, std::optional<uint64_t> bytes_total,
                         double bytes_per_second, size_t width) {
  std::vector<std::string> parts;
  const std::string done = Bytes(static_cast<int64_t>(bytes_done));
  if (bytes_total) {
    const double share = Share(static_cast<double>(bytes_done), static_cast<double>(*bytes_total));
    parts = {Bar(share), Percent(share), done + " of " + Bytes(static_cast<int64_t>(*bytes_total))};
  } else {
    parts = {done};
  }
  if (bytes_per_second > 0) {
    parts.push_back(Bytes(static_cast<int64_t>(bytes_per_second)) + "/s");
    if (bytes_total && *bytes_total > bytes_done) {
      const auto bytes_left = static_cast<double>(*bytes_total - bytes_done);
      parts.push_back(Seconds(bytes_left / bytes_per_second) + " left");
    }
  }
  return Joined(parts, width);
}

size_t StatusLine::width() const { return TerminalWidth(fd_) - 1; }

void StatusLine::Show(const std::string& line) {
  if (!enabled_) return;
  const std::lock_guard lock(mutex_);
  const std::string text = "\r\x1B[2K" + line;
  visible_ = write(fd_, text.data(), text.size()) >= 0;
}

void StatusLine::Clear() {
  const std::lock_guard lock(mutex_);
  if (!visible_) return;
  static constexpr std::string_view kErase = "\r\x1B[2K";
  visible_ = write(fd_, kErase.data(), kErase.size()) < 0;
}

}  // namespace fathom
