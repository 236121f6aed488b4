#include "model/gguf_cursor.h"

#include <algorithm>
#include <cstring>

namespace fathom {

Status GgufCursor::Refill() {
  constexpr uint64_t kBufferBytes = 1 << 20;
  buffer_.resize(std::min(kBufferBytes, remaining()));
  buffer_next_ = 0;
  return file_.ReadAt(position_, buffer_);
}

Status GgufCursor::ReadBytes(std::span<uint8_t> out, std::string_view what) {
  if (out.size() > remaining()) return Truncated(out.size(), what);
  if (out.size() > kMetadataBytesMax - position_) {
    return Corrupt("the metadata are larger than 256 MiB, more than any real model has");
  }
  while (!out.empty()) {
    if (buffer_next_ == buffer_.size()) FATHOM_RETURN_IF_ERROR(Refill());
    const size_t n = std::min(out.size(), buffer_.size() - buffer_next_);
    std::memcpy(out.data(), buffer_.data() + buffer_next_, n);
    buffer_next_ += n;
    position_ += n;
    out = out.subspan(n);
  }
  return {};
}

Status GgufCursor::ReadString(std::string* out, uint64_t bytes_max, std::string_view what) {
  uint64_t length = 0;
  FATHOM_RETURN_IF_ERROR(Read(&length, what));
  if (length > remaining()) return Truncated(length, what);
  if (length > bytes_max) {
    return Corrupt(std::string(what) + " is " + std::to_string(length) + " bytes long, at most " +
                   std::to_string(bytes_max) + " are allowed");
  }
  out->resize(length);
  return ReadBytes({reinterpret_cast<uint8_t*>(out->data()), out->size()}, what);
}

Status GgufCursor::CheckCount(uint64_t count, uint64_t bytes_each, uint64_t count_max,
                              std::string_view what) const {
  if (count > count_max) {
    return Corrupt(std::to_string(count) + " " + std::string(what) + ", at most " +
                   std::to_string(count_max) + " are allowed");
  }
  if (count > remaining() / bytes_each) {
    return Corrupt(std::to_string(count) + " " + std::string(what) + " do not fit the " +
                   std::to_string(remaining()) + " bytes that are left of the file");
  }
  return {};
}

Error GgufCursor::Corrupt(std::string_view message) const {
  return {ErrorCode::kCorrupt, file_.path() + ": damaged at byte " + std::to_string(position_) +
                                   ": " + std::string(message) + "; download the file again"};
}

Error GgufCursor::Truncated(uint64_t need, std::string_view what) const {
  return {ErrorCode::kCorrupt,
          file_.path() + ": cut off: the file has " + std::to_string(file_.size()) +
              " bytes, but " + std::string(what) + " at byte " + std::to_string(position_) +
              " needs " + std::to_string(need) + " more; download the file again"};
}

}  // namespace fathom
