#include "base/loop_detector.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/sound_texts_test_util.h"

namespace fathom {
namespace {

const std::string kStart = "The guests were asked what they remember of their stay. ";
const std::string kSentence = "The staff were kind and the room was clean. ";

std::string Times(size_t count, const std::string& text) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

struct Told {
  std::optional<Loop> loop;
  size_t at = 0;  // bytes of the text when it was told
};

// Byte by byte, up to the first loop.
Told FirstLoop(const std::string& text) {
  LoopDetector detector;
  for (size_t at = 0; at < text.size(); ++at) {
    if (const std::optional<Loop> loop = detector.Append(text.substr(at, 1))) return {loop, at + 1};
  }
  return {};
}

TEST(LoopDetector, SaysNothingOfSoundTexts) {
  for (const SoundText& sound : SoundTexts()) {
    const Told told = FirstLoop(sound.text);
    EXPECT_FALSE(told.loop) << sound.name << " at byte " << told.at << ", period "
                            << (told.loop ? told.loop->period : 0);
  }
}

TEST(LoopDetector, SentenceOverAndOver) {
  const Told told = FirstLoop(kStart + Times(20, kSentence));
  ASSERT_TRUE(told.loop);
  EXPECT_EQ(told.loop->begin, kStart.size());
  EXPECT_EQ(told.loop->period, kSentence.size());
  EXPECT_TRUE(told.loop->exact);
  EXPECT_LE(told.at, kStart.size() + kSentence.size() + 200);
}

// A loop of a whole paragraph is told as soon as it begins for the third time.
TEST(LoopDetector, LongPeriod) {
  std::mt19937 random(3);
  std::string paragraph;
  while (paragraph.size() < 2000) paragraph += random() % 6 == 0 ? ' ' : char('a' + random() % 26);
  const Told told = FirstLoop(kStart + Times(4, paragraph));
  ASSERT_TRUE(told.loop);
  EXPECT_EQ(told.loop->period, paragraph.size());
  EXPECT_LE(told.at, kStart.size() + 2 * paragraph.size() + 64);
  EXPECT_FALSE(FirstLoop(kStart + Times(2, paragraph)).loop);
}

TEST(LoopDetector, RunsOfOneCharacter) {
  for (const std::string& character : {std::string("哈"), std::string("x"), std::string("\xFF")}) {
    const Told told = FirstLoop(kStart + Times(1000, character));
    ASSERT_TRUE(told.loop) << character;
    EXPECT_EQ(told.loop->period, character.size());
    EXPECT_LE(told.at, kStart.size() + 320);
  }
  for (const std::string& character : {std::string("-"), std::string("\n"), std::string("0")}) {
    const Told told = FirstLoop(kStart + Times(1000, character));
    ASSERT_TRUE(told.loop) << character;
    EXPECT_EQ(told.loop->begin, kStart.size()) << character;
    EXPECT_LE(told.at, kStart.size() + 800);
  }
}

TEST(LoopDetector, PiecesOfBrokenCharacters) {
  const Told told = FirstLoop(kStart + Times(200, "\xE6\xE5\xB7\xA5"));
  ASSERT_TRUE(told.loop);
  EXPECT_EQ(told.loop->period, 4u);
}

TEST(LoopDetector, CounterThatGoesUp) {
  std::string text = kStart;
  for (int i = 7; i < 60; ++i) {
    text += "Step " + std::to_string(i) + ": check that the device is connected. ";
  }
  const Told told = FirstLoop(text);
  ASSERT_TRUE(told.loop);
  EXPECT_NEAR(told.loop->begin, kStart.size(), 10);
  EXPECT_EQ(told.loop->period, 45u);
  EXPECT_FALSE(told.loop->exact);
  EXPECT_LE(told.at, kStart.size() + 10 * 45);
}

TEST(LoopDetector, NumberedLinesInChinese) {
  std::string text = "办法如下：\n";
  for (int i = 1; i < 60; ++i) text += std::to_string(i) + ". 提高工作效率\n";
  const Told told = FirstLoop(text);
  ASSERT_TRUE(told.loop);
  EXPECT_LE(told.at, 500u);
}

// One word changes and comes back: good, fine, nice, good, ...
TEST(LoopDetector, OneOfAFewWords) {
  const std::vector<std::string> words = {"good", "fine", "nice", "excellent"};
  std::string text = kStart;
  for (size_t i = 0; i < 60; ++i) {
    text += "The breakfast was " + words[i * i % 7 % words.size()] + " and so was the room. ";
  }
  const Told told = FirstLoop(text);
  ASSERT_TRUE(told.loop);
  EXPECT_LE(told.at, kStart.size() + 900);
}

TEST(LoopDetector, GoesOnAndEnds) {
  const std::string loop = Times(20, kSentence);
  LoopDetector detector;
  EXPECT_FALSE(detector.Append(kStart));
  std::optional<Loop> found = detector.Append(loop);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->end, kStart.size() + loop.size());
  EXPECT_EQ(found->repeats(), 20u);
  found = detector.Append(kSentence);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->begin, kStart.size());
  EXPECT_EQ(found->repeats(), 21u);
  detector.Append(
      "Only the lift was out of order on Monday, and nobody could say why that was so. ");
  EXPECT_FALSE(detector.Append("We took the stairs."));
}

// Method: one text in random pieces; the same loop, told in the piece that holds the byte.
TEST(LoopDetector, PiecesDoNotMatter) {
  const std::string text = kStart + Times(20, kSentence);
  const Told whole = FirstLoop(text);
  ASSERT_TRUE(whole.loop);
  std::mt19937 random(11);
  for (int round = 0; round < 50; ++round) {
    LoopDetector detector;
    for (size_t at = 0; at < text.size();) {
      const size_t bytes = 1 + random() % 40;
      const std::optional<Loop> loop = detector.Append(std::string_view(text).substr(at, bytes));
      at += bytes;
      ASSERT_EQ(loop.has_value(), std::min(at, text.size()) >= whole.at);
      if (loop) ASSERT_EQ(loop->begin, whole.loop->begin);
    }
  }
}

// Whatever comes, the figures describe places of the text.
TEST(LoopDetector, RandomBytes) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    LoopDetector detector;
    std::string phrase;
    for (size_t i = 0; i < 400; ++i) {
      if (i % 50 == 0) phrase.assign(1 + random() % 12, static_cast<char>(random() % 4 + 0x7E));
      phrase[random() % phrase.size()] = static_cast<char>(random() % 4 + 0x7E);
      const std::optional<Loop> loop = detector.Append(phrase);
      if (!loop) continue;
      ASSERT_GT(loop->period, 0u);
      ASSERT_LE(loop->begin + loop->period, loop->end);
      ASSERT_LE(loop->end, detector.text().size());
    }
  }
}

}  // namespace
}  // namespace fathom
