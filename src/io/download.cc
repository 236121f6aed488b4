#include "io/download.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace fathom {
namespace {

constexpr int kTriesMax = 5;
constexpr std::chrono::milliseconds kFirstWait{1000};

// Where the bytes of a part file came from: two lines, the URL and the validator.
struct Origin {
  std::string url;
  std::string validator;
};

std::string OriginPath(const std::string& part_path) { return part_path + ".from"; }

Origin ReadOrigin(const std::string& part_path) {
  std::ifstream file(OriginPath(part_path));
  Origin origin;
  std::getline(file, origin.url);
  std::getline(file, origin.validator);
  return origin;
}

Status ChangedOnServer() {
  return Status(ErrorCode::kUnavailable, "the file on the server has changed");
}

// Puts one answer into the part file, at the place where it belongs.
class PartSink : public HttpSink {
 public:
  PartSink(const std::string& url, PartFile* part, const DownloadHooks& hooks)
      : url_(url), part_(part), hooks_(hooks) {}

  // Whether the whole file is there, as far as the server tells. Valid after a successful Get.
  bool complete() const { return !total_ || part_->size() == *total_; }
  // The answer does not go on where the part file ends: only a fresh start can help.
  bool mismatch() const { return mismatch_; }
  bool answered() const { return answered_; }

  Status OnHead(const HttpHead& head) override {
    answered_ = true;
    total_ = head.total_bytes;
    if (head.status == 200) {
      if (part_->size() > 0) {
        Note(Changed(head) ? "the file on the server has changed: starting again"
                           : "the server cannot resume: starting again");
        FATHOM_RETURN_IF_ERROR(part_->Clear());
      }
      FATHOM_RETURN_IF_ERROR(
          WriteFileAtomically(OriginPath(part_->path()), url_ + "\n" + head.validator + "\n"));
    } else if (head.status == 416) {
      // Nothing lies beyond what is held: either it is all, or it is not this file's beginning.
      mismatch_ = total_ != part_->size();
      return {};
    } else {
      mismatch_ = head.content_begin != part_->size() || Changed(head);
      if (mismatch_) return ChangedOnServer();
    }
    return total_ ? part_->CheckSpace(*total_ - std::min(*total_, part_->size())) : Status();
  }

  Status OnBytes(std::span<const uint8_t> bytes) override {
    FATHOM_RETURN_IF_ERROR(part_->Append(bytes));
    if (hooks_.on_progress) hooks_.on_progress(part_->size(), total_);
    return {};
  }

 private:
  bool Changed(const HttpHead& head) const {
    return head.validator != ReadOrigin(part_->path()).validator;
  }
  void Note(const std::string& text) const {
    if (hooks_.on_note) hooks_.on_note(text);
  }

  const std::string& url_;
  PartFile* part_;
  const DownloadHooks& hooks_;
  std::optional<uint64_t> total_;
  bool mismatch_ = false;
  bool answered_ = false;
};

bool IsCancelled(const DownloadHooks& hooks) { return hooks.is_cancelled && hooks.is_cancelled(); }

Status Wait(const DownloadHooks& hooks, std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kStep{50};  // how long Ctrl-C may take to be noticed
  if (hooks.wait) {
    hooks.wait(time);
  } else {
    for (; time.count() > 0 && !IsCancelled(hooks); time -= kStep) {
      std::this_thread::sleep_for(kStep);
    }
  }
  return IsCancelled(hooks) ? Status(ErrorCode::kCancelled, "the download was interrupted")
                            : Status();
}

// One request for what is missing. kUnavailable: another try may help. Sets `answered` if the
// server had something to say.
Status FetchRest(HttpClient& client, const std::string& url, PartFile* part,
                 const DownloadHooks& hooks, bool* answered) {
  const Origin origin = ReadOrigin(part->path());
  if (part->size() > 0 && (origin.url != url || origin.validator.empty())) {
    FATHOM_RETURN_IF_ERROR(part->Clear());
  }
  PartSink sink(url, part, hooks);
  const HttpRequest request{url, part->size(), part->size() > 0 ? origin.validator : ""};
  const Status status = client.Get(request, hooks.is_cancelled, sink);
  *answered = *answered || sink.answered();
  if (sink.mismatch()) {
    FATHOM_RETURN_IF_ERROR(part->Clear());
    return ChangedOnServer();
  }
  if (status.ok() && !sink.complete()) {
    return Status(ErrorCode::kUnavailable, "cannot fetch " + url + ": the connection was cut");
  }
  return status;
}

}  // namespace

Status Download(HttpClient& client, const std::string& url, PartFile* part,
                const DownloadHooks& hooks) {
  bool answered = false;
  auto wait = kFirstWait;
  for (int tries = 1;; ++tries) {
    const uint64_t before = part->size();
    const Status status = FetchRest(client, url, part, hooks, &answered);
    if (status.ok() || status.error().code != ErrorCode::kUnavailable || !answered) return status;
    if (part->size() > before) {
      tries = 1;
      wait = kFirstWait;
    }
    if (tries == kTriesMax) return status;
    if (hooks.on_note) {
      hooks.on_note(status.error().message + "; trying again in " +
                    std::to_string(wait.count() / 1000) + " s");
    }
    FATHOM_RETURN_IF_ERROR(Wait(hooks, wait));
    wait *= 2;
  }
}

void ForgetDownload(const std::string& part_path) { unlink(OriginPath(part_path).c_str()); }

}  // namespace fathom
