// A set of byte values.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace fathom {

class ByteSet {
 public:
  constexpr ByteSet() = default;

  static constexpr ByteSet Range(uint8_t low, uint8_t high) {
    ByteSet set;
    for (int byte = low; byte <= high; ++byte) set.Add(static_cast<uint8_t>(byte));
    return set;
  }

  constexpr void Add(uint8_t byte) { words_[byte / 64] |= uint64_t{1} << byte % 64; }
  constexpr bool Has(uint8_t byte) const { return words_[byte / 64] >> byte % 64 & 1; }
  constexpr int size() const {
    int size = 0;
    for (const uint64_t word : words_) size += std::popcount(word);
    return size;
  }
  constexpr bool empty() const { return (words_[0] | words_[1] | words_[2] | words_[3]) == 0; }
  // REQUIRES !empty()
  constexpr uint8_t smallest() const {
    size_t i = 0;
    while (words_[i] == 0) ++i;
    return static_cast<uint8_t>(64 * i + std::countr_zero(words_[i]));
  }

  constexpr ByteSet operator|(const ByteSet& other) const {
    ByteSet set = *this;
    for (size_t i = 0; i < 4; ++i) set.words_[i] |= other.words_[i];
    return set;
  }
  constexpr ByteSet operator&(const ByteSet& other) const {
    ByteSet set = *this;
    for (size_t i = 0; i < 4; ++i) set.words_[i] &= other.words_[i];
    return set;
  }
  constexpr auto operator<=>(const ByteSet&) const = default;

 private:
  uint64_t words_[4] = {};
};

}  // namespace fathom
