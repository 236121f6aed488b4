#include "base/text_quality.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>

#include "base/sound_texts_test_util.h"

namespace fathom {
namespace {

std::string Times(size_t count, const std::string& text) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

const std::string kSound = "The guests were asked what they remember of their stay, and told us. ";

TEST(TextQuality, SoundTextsAreReadableToTheEnd) {
  for (const SoundText& sound : SoundTexts()) {
    const TextQuality quality = AssessText(sound.text);
    EXPECT_TRUE(quality.ok()) << sound.name << ": " << TextDefectName(quality.kind);
    EXPECT_EQ(quality.readable_bytes, sound.text.size());
    EXPECT_EQ(quality.readable_characters, quality.characters);
    EXPECT_EQ(quality.repeats, 0u);
  }
}

TEST(TextQuality, Empty) {
  for (const std::string& text : {std::string(), std::string("  \n\t"), std::string(5000, ' ')}) {
    EXPECT_EQ(AssessText(text).kind, TextDefect::kEmpty);
  }
}

TEST(TextQuality, LoopInBytesAndCharacters) {
  const std::string start = "大模型可以帮助企业，";
  const TextQuality quality = AssessText(start + Times(100, "提高工作效率，"));
  EXPECT_EQ(quality.kind, TextDefect::kLoop);
  EXPECT_EQ(quality.loop_begin_characters, 10u);
  EXPECT_EQ(quality.loop_begin_bytes, start.size());
  EXPECT_EQ(quality.period_characters, 7u);
  EXPECT_EQ(quality.period_bytes, 21u);
  EXPECT_EQ(quality.repeats, 100u);
  EXPECT_EQ(quality.readable_characters, 17u);
  EXPECT_EQ(quality.readable_bytes, start.size() + 21);
}

TEST(TextQuality, Run) {
  const TextQuality quality = AssessText(kSound + Times(200, "哈"));
  EXPECT_EQ(quality.kind, TextDefect::kRun);
  EXPECT_EQ(quality.repeats, 200u);
  EXPECT_EQ(quality.readable_bytes, kSound.size() + 3);
}

// The loop comes first, whatever else there is.
TEST(TextQuality, LoopThatEndsInBrokenCharacters) {
  const std::string loop = Times(50, "提高工作效率，");
  const TextQuality quality = AssessText(kSound + loop + Times(300, "\uFFFD工"));
  EXPECT_EQ(quality.kind, TextDefect::kLoop);
  EXPECT_EQ(quality.repeats, 50u);
  EXPECT_EQ(quality.broken_characters, 300u);
}

TEST(TextQuality, BrokenCharactersFirst) {
  const TextQuality quality = AssessText(kSound + Times(300, "\uFFFD工"));
  EXPECT_EQ(quality.kind, TextDefect::kBrokenCharacters);
  EXPECT_EQ(quality.readable_bytes, kSound.size());
  EXPECT_EQ(AssessText(kSound + "caf\uFFFD").kind, TextDefect::kNone);
  EXPECT_EQ(AssessText(Times(10, "\u00E5\u00BE\u02C6\u00E5\u00A5\u00BD")).kind,
            TextDefect::kMojibake);
  EXPECT_EQ(AssessText(Times(3, std::string("\x01\x00\x02P", 4))).kind,
            TextDefect::kControlCharacters);
}

// A loop of words spoils a text wherever it is, a ruler only where nothing else follows.
TEST(TextQuality, WhatFollowsTheLoop) {
  const std::string loop = Times(40, "The staff were kind. ");
  EXPECT_EQ(AssessText(kSound + loop + Times(1, kSound)).kind, TextDefect::kLoop);
  std::mt19937 random(4);
  std::string sound;
  while (sound.size() < 4000) sound += random() % 6 == 0 ? ' ' : char('a' + random() % 26);
  const std::string ruler(1500, '-');
  EXPECT_EQ(AssessText(sound + ruler + sound).kind, TextDefect::kNone);
  EXPECT_EQ(AssessText(sound + ruler).kind, TextDefect::kRun);
  EXPECT_EQ(AssessText(kSound + ruler + kSound).kind, TextDefect::kRun);
  EXPECT_EQ(AssessText(sound + std::string(3000, ' ')).kind, TextDefect::kNone);
}

// Method: hostile texts of 1 MB; a bound that only something quadratic misses.
TEST(TextQuality, LinearTime) {
  std::mt19937 random(1);
  std::string letters, nearly = Times(12000, "the same words every time and ");
  while (letters.size() < 1000000) letters += "ab"[random() % 2];
  for (size_t i = 0; i < nearly.size(); i += 50) nearly[i] = static_cast<char>('a' + random() % 26);
  for (const std::string& text : {letters, nearly, std::string(1000000, 'a'),
                                  Times(2, letters.substr(0, 500000)), Times(250000, "工\n")}) {
    const auto begin = std::chrono::steady_clock::now();
    AssessText(text);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  }
}

}  // namespace
}  // namespace fathom
