// Reads the head of a GGUF file front to back; no count or length is believed before it was
// compared with the bytes that are left.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "io/file.h"

namespace fathom {

class GgufCursor {
 public:
  // Metadata beyond this are refused: the largest real vocabularies take about 15 MB.
  static constexpr uint64_t kMetadataBytesMax = uint64_t{256} << 20;

  // `file` is borrowed for life.
  explicit GgufCursor(const InputFile& file) : file_(file) {}

  uint64_t position() const { return position_; }
  uint64_t remaining() const { return file_.size() - position_; }  // bytes to the end of the file

  // Fills `out`. `what` names the thing in the message: "the length of key 3".
  // Errors  kCorrupt: the file ends before. kIo.
  Status ReadBytes(std::span<uint8_t> out, std::string_view what);

  template <typename T>
  Status Read(T* out, std::string_view what) {
    static_assert(std::is_arithmetic_v<T> && std::endian::native == std::endian::little);
    return ReadBytes({reinterpret_cast<uint8_t*>(out), sizeof(T)}, what);
  }

  // u64 length and that many bytes, at most `bytes_max`.
  Status ReadString(std::string* out, uint64_t bytes_max, std::string_view what);

  // Of `count` things of at least `bytes_each` bytes: do they fit the file, are they `count_max`
  // at most?
  Status CheckCount(uint64_t count, uint64_t bytes_each, uint64_t count_max,
                    std::string_view what) const;

  // "PATH: damaged at byte N: MESSAGE; ..." with the current position.
  Error Corrupt(std::string_view message) const;

 private:
  Error Truncated(uint64_t need, std::string_view what) const;
  Status Refill();

  const InputFile& file_;
  uint64_t position_ = 0;        // of the next byte to hand out
  std::vector<uint8_t> buffer_;  // the file's bytes up to ...
  size_t buffer_next_ = 0;       // ... of which this one is the next
};

}  // namespace fathom
