// SHA-256 (FIPS 180-4), for checking what was downloaded.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/result.h"

namespace fathom {

// Feed bytes with Update, then ask for Hex once.
// Threads: one at a time.
class Sha256 {
 public:
  Sha256();
  void Update(std::span<const uint8_t> bytes);
  std::string Hex();  // 64 lower-case digits; ends the computation

 private:
  void Block(const uint8_t* block);

  std::array<uint32_t, 8> state_;
  std::array<uint8_t, 64> pending_;  // bytes of the block that is not full yet
  uint64_t bytes_ = 0;               // of the message so far
};

// Of a whole file. Errors: those of InputFile; kCancelled.
Result<std::string> Sha256OfFile(const std::string& path,
                                 const std::function<bool()>& is_cancelled);

// True for 64 hexadecimal digits of either case.
bool IsSha256Hex(const std::string& text);

}  // namespace fathom
