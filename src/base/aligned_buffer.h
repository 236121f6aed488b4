// A fixed-size array of trivial elements on a 64-byte boundary (one cache line, one zmm register).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace fathom {

// Memory of zeros on a 64-byte boundary. From kHugePageBytes * 2 on it comes straight from the
// system, in huge pages where it has them: untouched pages cost nothing, and the threads that fill
// the memory share the work of clearing it.
// REQUIRES bytes > 0, a multiple of 64
void* AllocateZeros(size_t bytes);
void FreeZeros(void* memory, size_t bytes);  // `bytes` as it was allocated
inline constexpr size_t kHugePageBytes = size_t{2} << 20;

// Contents start as zeros. Movable, not copyable.
template <typename T>
class AlignedBuffer {
  static_assert(std::is_trivial_v<T>);

 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(size_t size) : size_(size) {
    const size_t bytes = (size * sizeof(T) + 63) / 64 * 64;
    if (bytes == 0) return;
    data_ = {static_cast<T*>(AllocateZeros(bytes)), Free{bytes}};
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }
  operator std::span<T>() { return {data(), size_}; }              // NOLINT: implicit on purpose
  operator std::span<const T>() const { return {data(), size_}; }  // NOLINT: implicit on purpose

 private:
  struct Free {
    size_t bytes = 0;
    void operator()(T* p) const { FreeZeros(p, bytes); }
  };
  std::unique_ptr<T, Free> data_;
  size_t size_ = 0;
};

}  // namespace fathom
