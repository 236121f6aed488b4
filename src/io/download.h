// Fetching a large file over connections that break.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/http.h"
#include "io/part_file.h"

namespace fathom {

struct DownloadHooks {
  std::function<bool()> is_cancelled;  // empty = never
  // Bytes held so far, of how many (if the server says).
  std::function<void(uint64_t done, std::optional<uint64_t> total)> on_progress;
  std::function<void(const std::string&)> on_note;  // "connection lost, ...": one line for the user
  std::function<void(std::chrono::milliseconds)> wait;  // between tries; empty = sleep
};

// Fetches `url` into `part` until it is complete:
//  1. What `part` holds from an earlier try is kept if the file beside it (part.path() + ".from")
//     says that it came from the same URL and the server still has the version it came from
//     (If-Range); otherwise the download starts at the first byte.
//  2. A connection that breaks is opened again where it broke, after 1, 2, 4, 8 seconds; it gives
//     up when five tries in a row bring no byte, and at once when the server never answered.
// Errors  those of HttpClient::Get; kIo when the disk is too small, before the first byte if the
//         server tells the size. What was fetched stays for the next try.
Status Download(HttpClient& client, const std::string& url, PartFile* part,
                const DownloadHooks& hooks);

// Removes what Download keeps beside `part_path`.
void ForgetDownload(const std::string& part_path);

}  // namespace fathom
