#include "runtime/answer_guard.h"

#include <gtest/gtest.h>

#include <string>

#include "base/language.h"

namespace fathom {
namespace {

constexpr char kSound[] =
    "The parcel arrived late and the box was torn, but the shop sent a new one at once. ";

ErrorCode CodeOf(const Status& status) { return status.error().code; }

TEST(AnswerGuardTest, LetsSoundTextPass) {
  for (const auto& language : {"en", "zh"}) {
    AnswerGuard guard(FindLanguage(language)->scripts);
    const bool is_english = language == std::string("en");
    EXPECT_TRUE(
        guard.Append(is_english ? kSound : "包裹晚到了,箱子也破了,不过商店马上寄来了新的。").ok());
    EXPECT_TRUE(guard.Finish().ok());
  }
}

TEST(AnswerGuardTest, EndsLoops) {
  AnswerGuard guard(std::nullopt);
  EXPECT_TRUE(guard.Append(kSound).ok());
  Status status;
  int rounds = 0;
  while (status.ok() && ++rounds < 100) status = guard.Append("and so on, ");
  EXPECT_EQ(CodeOf(status), ErrorCode::kDegenerateOutput);
  EXPECT_LT(rounds, 30);
  EXPECT_NE(status.error().message.find("11 bytes"), std::string::npos);
}

TEST(AnswerGuardTest, EndsAnotherLanguage) {
  AnswerGuard guard(FindLanguage("zh")->scripts);
  EXPECT_EQ(CodeOf(guard.Append(kSound)), ErrorCode::kWrongLanguage);
  AnswerGuard brief(FindLanguage("zh")->scripts);
  EXPECT_TRUE(brief.Append("the box was torn and late").ok());
  EXPECT_EQ(CodeOf(brief.Finish()), ErrorCode::kWrongLanguage);
}

}  // namespace
}  // namespace fathom
