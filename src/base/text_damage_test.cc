#include "base/text_damage.h"

#include <gtest/gtest.h>

#include <string>

namespace fathom {
namespace {

std::string Times(size_t count, const std::string& text) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

const std::string kSound = "The guests were asked what they remember of their stay, and told us. ";

TEST(TextDamage, SoundTexts) {
  for (const std::string& text :
       {std::string(), kSound, std::string("Ça va, «déjà vu», für 5 €, “À bientôt”, 100 °C, ½"),
        std::string("提高工作效率"), std::string("a\tb\r\nc\f"),
        std::string("\u2019\u00E9\u201D")}) {
    const TextDamage damage = FindDamage(text);
    EXPECT_EQ(damage.broken.characters, 0u);
    EXPECT_EQ(damage.mojibake.characters, 0u) << text;
    EXPECT_EQ(damage.control.characters, 0u);
  }
  EXPECT_EQ(FindDamage("提高 a").text_characters, 4u);
}

TEST(TextDamage, SomeBrokenCharactersAreCounted) {
  const TextDamage damage = FindDamage(kSound + "caf\uFFFD and cr\uFFFDme. " + kSound);
  EXPECT_EQ(damage.broken.characters, 2u);
  EXPECT_EQ(damage.broken.begin, std::nullopt);
}

TEST(TextDamage, ManyBrokenCharactersBegin) {
  const TextDamage damage = FindDamage(kSound + Times(30, "\uFFFD工"));
  EXPECT_EQ(damage.broken.characters, 30u);
  EXPECT_EQ(damage.broken.begin, kSound.size());
}

TEST(TextDamage, ShortTexts) {
  EXPECT_EQ(FindDamage("\uFFFD\uFFFD\uFFFD").broken.begin, 0u);
  EXPECT_EQ(FindDamage("a\uFFFD").broken.begin, std::nullopt);
  EXPECT_EQ(FindDamage("so great \uFFFD\uFFFD").broken.begin, std::nullopt);
}

// 很好 and é, read byte by byte.
TEST(TextDamage, Mojibake) {
  const std::string chinese = "\u00E5\u00BE\u02C6\u00E5\u00A5\u00BD";
  TextDamage damage = FindDamage(Times(10, chinese));
  EXPECT_EQ(damage.mojibake.characters, 60u);
  EXPECT_EQ(damage.mojibake.begin, 0u);
  damage = FindDamage(kSound + "The caf\u00C3\u00A9 has cr\u00C3\u00A8me. ");
  EXPECT_EQ(damage.mojibake.characters, 4u);
  EXPECT_EQ(damage.mojibake.begin, std::nullopt);
}

TEST(TextDamage, ControlCharacters) {
  const TextDamage damage = FindDamage(kSound + Times(30, std::string("\x01\x00P", 3)));
  EXPECT_EQ(damage.control.characters, 60u);
  EXPECT_EQ(damage.control.begin, kSound.size());
  EXPECT_EQ(FindDamage("\x1B[31mred\x1B[0m " + kSound).control.begin, std::nullopt);
}

}  // namespace
}  // namespace fathom
