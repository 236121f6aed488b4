// Metadata of one architecture, with range checks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/gguf.h"

namespace fathom {

// Reads the keys A.<key> of the architecture A. Errors are kCorrupt and name the key.
// `file` is borrowed.
class ConfigReader {
 public:
  ConfigReader(const GgufFile& file, std::string architecture)
      : file_(file), architecture_(std::move(architecture)) {}

  const GgufFile& file() const { return file_; }
  std::string Key(std::string_view key) const { return architecture_ + "." + std::string(key); }
  // Absent: nullptr.
  const GgufValue* Find(std::string_view key) const { return file_.Find(Key(key)); }

  Result<int64_t> Integer(std::string_view key, int64_t min, int64_t max) const;
  Result<int64_t> IntegerOr(std::string_view key, int64_t fallback, int64_t min, int64_t max) const;
  // Finite and above 0.
  Result<float> PositiveOr(std::string_view key, float fallback) const;

 private:
  const GgufFile& file_;
  std::string architecture_;
};

}  // namespace fathom
