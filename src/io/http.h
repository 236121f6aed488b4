// Fetching over HTTP and HTTPS. The interface has two implementations: libcurl here, and a fake
// that fails on demand in the tests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace fathom {

struct HttpRequest {
  std::string url;
  uint64_t offset = 0;   // > 0: only the bytes from there on (Range), if the server can
  std::string if_range;  // with offset: only if the file is still the one with this validator
};

struct HttpHead {
  int status = 0;         // 200: the whole file; 206: from content_begin on; 416: offset beyond it
  std::string validator;  // the strong ETag, or else Last-Modified; empty = none
  uint64_t content_begin = 0;           // where the body starts within the file
  std::optional<uint64_t> total_bytes;  // of the whole file, if the server says
};

// Receives one answer. An error of either member ends the transfer and becomes the result of Get.
class HttpSink {
 public:
  virtual ~HttpSink() = default;
  virtual Status OnHead(const HttpHead& head) = 0;             // once, before the first OnBytes
  virtual Status OnBytes(std::span<const uint8_t> bytes) = 0;  // never with 416
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Fetches request.url, following redirects (never from https to http).
  // Errors  kUnavailable: trying again may help (no connection, cut, stalled, 429, 5xx).
  //         kNotFound: 404, 410. kInvalidArgument: every other answer but 200, 206 and 416, and a
  //         URL that is none. kCancelled. And those of the sink.
  //         After a failure part of the body may have been delivered.
  // Threads any number of concurrent calls.
  virtual Status Get(const HttpRequest& request, const std::function<bool()>& is_cancelled,
                     HttpSink& sink) = 0;
};

// `user_agent`, e.g. "fathom/0.1.0". Proxies are taken from the environment (https_proxy, ...).
std::unique_ptr<HttpClient> MakeHttpClient(std::string user_agent);

// True if `text` starts with http:// or https:// in any case.
bool IsHttpUrl(const std::string& text);

}  // namespace fathom
