#include "base/loop_evidence.h"

#include <gtest/gtest.h>

#include <string>

namespace fathom {
namespace {

std::string Times(size_t count, const std::string& text) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

// Bytes behind the first round from which on the repetition is a loop.
size_t BytesToLoop(const std::string& round) {
  const std::string text = Times(12000 / round.size(), round);
  for (size_t bytes = 1; bytes + round.size() < text.size(); ++bytes) {
    if (IsExactLoop(text.substr(0, round.size() + bytes), round.size(), bytes)) return bytes;
  }
  return 0;
}

TEST(LoopEvidence, ExactRepeats) {
  EXPECT_EQ(BytesToLoop("The room was clean. "), 176u);
  EXPECT_EQ(BytesToLoop("提高工作效率，"), 176u);
  EXPECT_EQ(BytesToLoop("哈"), 288u);
  EXPECT_EQ(BytesToLoop("-"), 768u);
  EXPECT_EQ(BytesToLoop("0, 1, "), 768u);
}

TEST(LoopEvidence, LongPassagesMustBeginForTheThirdTime) {
  const std::string passage = Times(10, "a song ") + Times(20, "of the sea ") + "and its tide. ";
  EXPECT_EQ(BytesToLoop(passage), passage.size() + 48);
  const std::string record = passage + Times(12, "{1=2} ");
  EXPECT_EQ(BytesToLoop(record), 3 * record.size() + 48);
}

TEST(LoopEvidence, NewWordsTakeBack) {
  const std::string prose = Times(40, "Step by step we check that all devices are connected. ");
  EXPECT_FALSE(IsNearLoop(prose, {54, 289, 0}));
  EXPECT_TRUE(IsNearLoop(prose, {54, 290, 0}));
  EXPECT_FALSE(IsNearLoop(prose, {54, 389, 10}));
  EXPECT_TRUE(IsNearLoop(prose, {54, 390, 10}));
  EXPECT_TRUE(IsChance({54, 100, 10}));
  EXPECT_FALSE(IsChance({54, 101, 10}));
}

TEST(LoopEvidence, RecordsDiffer) {
  EXPECT_FALSE(IsNearLoop(Times(100, "{\"id\": 1, \"name\": \"x\"}, "), {24, 2000, 0}));
}

}  // namespace
}  // namespace fathom
