#include "base/aligned_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace fathom {
namespace {

// Below and above the size from which memory comes from the system, and odd ones.
TEST(AlignedBuffer, IsZeroAndAligned) {
  for (const size_t size : {size_t{1}, size_t{1000}, kHugePageBytes, 2 * kHugePageBytes + 1}) {
    AlignedBuffer<uint8_t> buffer(size);
    EXPECT_EQ(buffer.size(), size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % 64, 0u);
    EXPECT_EQ(std::count(buffer.data(), buffer.data() + size, 0), static_cast<ptrdiff_t>(size));
    buffer[size - 1] = 7;
    const AlignedBuffer<uint8_t> moved = std::move(buffer);
    EXPECT_EQ(moved[size - 1], 7);
  }
}

TEST(AlignedBuffer, MayBeEmpty) {
  EXPECT_EQ(AlignedBuffer<float>(0).data(), nullptr);
  EXPECT_EQ(AlignedBuffer<float>().size(), 0u);
}

}  // namespace
}  // namespace fathom
