#include "base/script.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(Script, Letters) {
  EXPECT_EQ(ScriptOf(U'a'), Script::kLatin);
  EXPECT_EQ(ScriptOf(U'é'), Script::kLatin);
  EXPECT_EQ(ScriptOf(U'ệ'), Script::kLatin);
  EXPECT_EQ(ScriptOf(U'Ω'), Script::kGreek);
  EXPECT_EQ(ScriptOf(U'я'), Script::kCyrillic);
  EXPECT_EQ(ScriptOf(U'ש'), Script::kHebrew);
  EXPECT_EQ(ScriptOf(U'ع'), Script::kArabic);
  EXPECT_EQ(ScriptOf(U'क'), Script::kDevanagari);
  EXPECT_EQ(ScriptOf(U'ก'), Script::kThai);
  EXPECT_EQ(ScriptOf(U'中'), Script::kHan);
  EXPECT_EQ(ScriptOf(U'𠀀'), Script::kHan);
  EXPECT_EQ(ScriptOf(U'の'), Script::kKana);
  EXPECT_EQ(ScriptOf(U'글'), Script::kHangul);
}

TEST(Script, OtherCharacters) {
  for (const char32_t c : {U' ', U'7', U'@', U'[', U'`', U'{', U'×', U'÷', U'，', U'。', U'😀',
                           char32_t{0xFFFD}, char32_t{0}, char32_t{0x10FFFF}}) {
    EXPECT_EQ(ScriptOf(c), Script::kNone) << static_cast<uint32_t>(c);
  }
}

}  // namespace
}  // namespace fathom
