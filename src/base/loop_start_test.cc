#include "base/loop_start.h"

#include <gtest/gtest.h>

#include <string>

namespace fathom {
namespace {

std::string From(const std::string& text, size_t begin, size_t period) {
  return text.substr(LoopStart(text, begin, period));
}

TEST(LoopStart, GoesOnToAWord) {
  EXPECT_EQ(From("It is. so good. so good. so good", 5, 9), "so good. so good. so good");
  EXPECT_EQ(From("so good. so good", 0, 9), "so good. so good");
}

// "government of the moment of the": what repeats begins inside a word.
TEST(LoopStart, LeavesTheRestOfAWord) {
  EXPECT_EQ(From("government of the ment of the ment", 6, 12), "of the ment of the ment");
}

TEST(LoopStart, LeavesChinesePunctuation) {
  EXPECT_EQ(From("质量，效率，效率，效率", 6, 9), "效率，效率，效率");
}

// 效 and 数 end in the bytes 0x95 0x88 and 0x95 0xB0: from the second byte on, they are alike.
TEST(LoopStart, LeavesTheRestOfACharacter) { EXPECT_EQ(From("效率效率", 1, 6), "率效率"); }

TEST(LoopStart, StaysWhereNothingIsBetter) {
  EXPECT_EQ(LoopStart("a-----", 1, 1), 1u);
  EXPECT_EQ(LoopStart("ababab", 1, 2), 1u);
  EXPECT_EQ(LoopStart("\x80\x80\x80\x80\x80", 1, 2), 1u);
}

}  // namespace
}  // namespace fathom
