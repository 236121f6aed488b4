#include "io/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <string_view>

namespace fathom {
namespace {

constexpr long kConnectSeconds = 30;
constexpr long kStallSeconds = 60;  // without a byte for so long, the transfer counts as cut
constexpr long kRedirectsMax = 10;

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) {
    text.remove_suffix(1);
  }
  return text;
}

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The header fields of one answer; redirects bring several answers, of which the last counts.
struct Fields {
  std::string etag;
  std::string last_modified;
  std::string content_range;
  std::string content_length;

  void Take(std::string_view line) {
    if (line.starts_with("HTTP/")) *this = Fields();
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string name = Lower(line.substr(0, colon));
    const std::string value(Trimmed(line.substr(colon + 1)));
    if (name == "etag") etag = value;
    if (name == "last-modified") last_modified = value;
    if (name == "content-range") content_range = value;
    if (name == "content-length") content_length = value;
  }
};

// RFC 9110, section 13.1.5: a weak ETag (W/"...") must not be used with If-Range.
std::string Validator(const Fields& fields) {
  if (!fields.etag.empty() && !fields.etag.starts_with("W/")) return fields.etag;
  return fields.last_modified;
}

HttpHead MakeHead(int status, const Fields& fields) {
  HttpHead head{status, Validator(fields), 0, std::nullopt};
  if (status == 200) {
    head.total_bytes = Number(fields.content_length);
    return head;
  }
  // "bytes 100-999/1000", "bytes 100-999/*" or, with 416, "bytes */1000".
  std::string_view range = fields.content_range;
  if (!range.starts_with("bytes ")) return head;
  range.remove_prefix(6);
  const size_t slash = range.find('/');
  if (slash != std::string_view::npos) head.total_bytes = Number(range.substr(slash + 1));
  if (const auto begin = Number(range.substr(0, range.find('-')))) head.content_begin = *begin;
  return head;
}

// What libcurl's callbacks share during one transfer.
struct Transfer {
  CURL* curl = nullptr;
  const std::function<bool()>& is_cancelled;
  HttpSink& sink;
  Fields fields{};
  bool head_delivered = false;
  bool has_body = false;  // the answer's body is part of the file
  Status status{};        // of the sink

  // True when the answer is one that the sink sees.
  bool DeliverHead() {
    if (head_delivered) return true;
    long code = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    if (code != 200 && code != 206 && code != 416) return false;
    head_delivered = true;
    has_body = code != 416;
    status = sink.OnHead(MakeHead(static_cast<int>(code), fields));
    return status.ok();
  }
};

size_t OnHeaderLine(char* bytes, size_t, size_t count, void* user) {
  static_cast<Transfer*>(user)->fields.Take({bytes, count});
  return count;
}

size_t OnBody(char* bytes, size_t, size_t count, void* user) {
  auto* transfer = static_cast<Transfer*>(user);
  transfer->DeliverHead();
  if (!transfer->status.ok()) return 0;
  if (!transfer->has_body) return count;  // the page of an error answer is dropped
  transfer->status = transfer->sink.OnBytes({reinterpret_cast<const uint8_t*>(bytes), count});
  return transfer->status.ok() ? count : 0;
}

int OnTick(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* transfer = static_cast<Transfer*>(user);
  return transfer->is_cancelled && transfer->is_cancelled() ? 1 : 0;
}

Status StatusOfAnswer(long code, const std::string& url) {
  const std::string answer = "the server answered " + std::to_string(code);
  if (code == 404 || code == 410) {
    return Status(ErrorCode::kNotFound, answer + " (not found) for " + url + "; check the address");
  }
  if (code == 401 || code == 403) {
    return Status(ErrorCode::kInvalidArgument,
                  answer + " (access denied) for " + url +
                      "; download the file with a program that can log in, then give its path");
  }
  if (code == 429 || code >= 500) {
    return Status(ErrorCode::kUnavailable, answer + " for " + url + "; try again later");
  }
  return Status(ErrorCode::kInvalidArgument, answer + " for " + url + ", which is no file");
}

ErrorCode CodeOf(CURLcode code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_TOO_MANY_REDIRECTS: return ErrorCode::kInvalidArgument;
    default: return ErrorCode::kUnavailable;
  }
}

void SetOptions(CURL* curl, const std::string& user_agent, const HttpRequest& request) {
  const bool secure = Lower(request.url).starts_with("https:");
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, user_agent.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kRedirectsMax);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kStallSeconds);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, OnTick);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, OnHeaderLine);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, OnBody);
  if (request.offset > 0) {
    curl_easy_setopt(curl, CURLOPT_RANGE, (std::to_string(request.offset) + "-").c_str());
  }
}

class CurlClient : public HttpClient {
 public:
  explicit CurlClient(std::string user_agent) : user_agent_(std::move(user_agent)) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    FATHOM_ASSERT(initialised == CURLE_OK);
  }

  Status Get(const HttpRequest& request, const std::function<bool()>& is_cancelled,
             HttpSink& sink) override {
    const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
    FATHOM_ASSERT(curl != nullptr);
    SetOptions(curl.get(), user_agent_, request);
    curl_slist* headers = nullptr;
    if (request.offset > 0 && !request.if_range.empty()) {
      headers = curl_slist_append(nullptr, ("If-Range: " + request.if_range).c_str());
    }
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> owned(headers, curl_slist_free_all);
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers);

    Transfer transfer{curl.get(), is_cancelled, sink};
    char reason[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &transfer);
    const CURLcode code = curl_easy_perform(curl.get());
    return Outcome(code, reason, request.url, &transfer);
  }

 private:
  static Status Outcome(CURLcode code, const char* reason, const std::string& url,
                        Transfer* transfer) {
    if (!transfer->status.ok()) return transfer->status;
    if (code == CURLE_ABORTED_BY_CALLBACK) {
      return Status(ErrorCode::kCancelled, "the download was interrupted");
    }
    if (code != CURLE_OK) {
      const std::string why = *reason != '\0' ? reason : curl_easy_strerror(code);
      return Status(CodeOf(code), "cannot fetch " + url + ": " + why);
    }
    if (transfer->DeliverHead() || !transfer->status.ok()) return transfer->status;  // empty body
    long answer = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &answer);
    return StatusOfAnswer(answer, url);
  }

  std::string user_agent_;
};

}  // namespace

std::unique_ptr<HttpClient> MakeHttpClient(std::string user_agent) {
  return std::make_unique<CurlClient>(std::move(user_agent));
}

bool IsHttpUrl(const std::string& text) {
  const std::string lower = Lower(text);
  return lower.starts_with("http://") || lower.starts_with("https://");
}

}  // namespace fathom
