#include "runtime/answer_text.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

using State = AnswerText::State;
const std::vector<std::string> kNoStops;

TEST(AnswerText, JoinsCharactersSplitOverTokens) {
  AnswerText text(kNoStops);
  EXPECT_EQ(text.Append("ok \xE4"), State::kOpen);
  EXPECT_EQ(text.Append("\xB8"), State::kOpen);
  EXPECT_EQ(text.Append("\x8D!"), State::kOpen);
  EXPECT_EQ(*std::move(text).Finish(), "ok \xE4\xB8\x8D!");
}

TEST(AnswerText, HalfACharacterIsDroppedAtTheLimitOnly) {
  AnswerText cut(kNoStops);
  cut.Append("ok\xE4\xB8");
  EXPECT_EQ(*std::move(cut).FinishAtLimit(), "ok");

  AnswerText ended(kNoStops);
  ended.Append("ok\xE4\xB8");
  const Result<std::string> result = std::move(ended).Finish();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kBadOutput);
}

TEST(AnswerText, BrokenBytesFailAndAreNeverReplaced) {
  AnswerText text(kNoStops);
  EXPECT_EQ(text.Append("ok\xFF"), State::kBroken);
  const Result<std::string> result = std::move(text).FinishAtLimit();
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("byte 2"), std::string::npos);
}

TEST(AnswerText, EndsBeforeTheFirstStop) {
  const std::vector<std::string> stops = {"\n\n", "END"};
  AnswerText text(stops);
  EXPECT_EQ(text.Append("one E"), State::kOpen);
  EXPECT_EQ(text.Append("N"), State::kOpen);
  EXPECT_EQ(text.Append("D\n\n tail"), State::kStopped);
  EXPECT_EQ(*std::move(text).Finish(), "one ");
}

TEST(AnswerText, StopAtTheVeryBeginningGivesEmptyText) {
  const std::vector<std::string> stops = {"\n"};
  AnswerText text(stops);
  EXPECT_EQ(text.Append("\nrest"), State::kStopped);
  EXPECT_EQ(*std::move(text).Finish(), "");
}

TEST(AnswerText, StopInsideACharacterBoundary) {
  const std::vector<std::string> stops = {"\xE3\x80\x82"};  // ideographic full stop
  AnswerText text(stops);
  EXPECT_EQ(text.Append("\xE5\xA5\xBD\xE3\x80"), State::kOpen);
  EXPECT_EQ(text.Append("\x82\xE5"), State::kStopped);
  EXPECT_EQ(*std::move(text).Finish(), "\xE5\xA5\xBD");
}

TEST(AnswerText, BrokenBytesBehindAStopDoNotMatter) {
  const std::vector<std::string> stops = {"#"};
  AnswerText text(stops);
  EXPECT_EQ(text.Append("fine#\xFF"), State::kStopped);
  EXPECT_EQ(*std::move(text).Finish(), "fine");
}

}  // namespace
}  // namespace fathom
