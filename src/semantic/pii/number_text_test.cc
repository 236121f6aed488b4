#include "semantic/pii/number_text.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

NumberContext ContextOfLast(std::string_view text) {
  const NumberText numbers(text);
  const DigitGroup& last = numbers.groups().back();
  return numbers.ContextOf(last.begin, last.end);
}

TEST(NumberText, KnowsWhatJoinsGroups) {
  const NumberText numbers("(1) 2-3.4/5 6\u20117  8");
  std::vector<Joint> joints;
  for (const DigitGroup& group : numbers.groups()) joints.push_back(group.next);
  EXPECT_EQ(joints, (std::vector{Joint::kClose, Joint::kDash, Joint::kDot, Joint::kSlash,
                                 Joint::kSpace, Joint::kDash, Joint::kNone, Joint::kNone}));
  EXPECT_EQ(numbers.Digits(1, 3), "234");
  EXPECT_TRUE(numbers.HasShape(4, {1, 1}, Joint::kSpace));
  EXPECT_FALSE(numbers.HasShape(4, {1, 1}, Joint::kDash));
  EXPECT_FALSE(numbers.HasShape(7, {1, 1}, Joint::kNone));  // there is no group 8
}

TEST(NumberText, TheRestOfAWordAPriceOrANumberIsNoNumber) {
  for (std::string_view text : {"a1", "_1", "A-1", "$1", "€1", "￥1", "1.1", "1/1", "+1", "10:1"}) {
    EXPECT_FALSE(NumberText(text).MayBegin(text.size() - 1)) << text;
  }
  for (std::string_view text : {"1", " 1", "(1", ":1", "#1", "- 1", "码1", "=1", "tel.1"}) {
    EXPECT_TRUE(NumberText(text).MayBegin(text.size() - 1)) << text;
  }
  for (std::string_view text : {"1a", "1_", "1%", "1-a", "1.1", "1/1", "1:1"}) {
    EXPECT_FALSE(NumberText(text).MayEnd(1)) << text;
  }
  for (std::string_view text : {"1", "1.", "1,", "1-", "1)", "1号", "1. x"}) {
    EXPECT_TRUE(NumberText(text).MayEnd(1)) << text;
  }
}

TEST(NumberText, TheNearestKeywordSpeaks) {
  EXPECT_EQ(ContextOfLast("passport and phone 1").topic, Topic::kPhone);
  EXPECT_EQ(ContextOfLast("1").topic, Topic::kNone);
  EXPECT_TRUE(ContextOfLast("phone 1").direct);
  EXPECT_FALSE(ContextOfLast("phone 1 or 2").direct);
  EXPECT_EQ(ContextOfLast("phone" + std::string(40, ' ') + "1").topic, Topic::kPhone);
  EXPECT_EQ(ContextOfLast("phone" + std::string(41, ' ') + "1").topic, Topic::kNone);
}

TEST(NumberText, OtherNumbersSpeakForTheNextOneOfTheirLineOnly) {
  EXPECT_EQ(ContextOfLast("order 1").topic, Topic::kOther);
  EXPECT_EQ(ContextOfLast("order 1, 2").topic, Topic::kNone);
  EXPECT_EQ(ContextOfLast("order\n1").topic, Topic::kNone);
  EXPECT_EQ(ContextOfLast("phone for order 1: 2").topic, Topic::kPhone);
}

TEST(NumberText, AKeywordBehindSpeaksWhenItFollowsAtOnce) {
  EXPECT_EQ(ContextOfLast("1 (手机)").topic, Topic::kPhone);
  EXPECT_EQ(ContextOfLast("1出生").topic, Topic::kBirth);
  EXPECT_EQ(ContextOfLast("1 is my phone").topic, Topic::kPhone);
  EXPECT_EQ(ContextOfLast("1 phone: none").topic, Topic::kNone);
  EXPECT_EQ(ContextOfLast("1 and a phone").topic, Topic::kNone);
  EXPECT_EQ(ContextOfLast("1 orders").topic, Topic::kNone);
}

}  // namespace
}  // namespace fathom
