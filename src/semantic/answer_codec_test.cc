// Goal: what the ledger keeps comes back as it was, and damaged bytes are noticed.
// Method: every kind of value there and back; every prefix of its bytes must be refused.
#include "semantic/answer_codec.h"

#include <gtest/gtest.h>

#include <optional>

namespace fathom {
namespace {

std::vector<TaskValue> Values() {
  return {true,
          false,
          3.25,
          std::string("很好, \"quoted\"\n"),
          std::string(),
          std::vector<std::string>{"a", "", "c"},
          std::vector<std::string>{},
          TextMap{{"price", "positive"}, {"", "mixed"}}};
}

TEST(AnswerCodec, EveryKindComesBack) {
  for (const TaskValue& value : Values()) {
    std::optional<Result<Answer>> decoded;
    ASSERT_TRUE(DecodeOutcome(EncodeOutcome(Answer{value, 0.1}), &decoded).ok());
    ASSERT_TRUE(decoded->ok());
    EXPECT_EQ((*decoded)->value, value);
    EXPECT_EQ((*decoded)->confidence, 0.1);
  }
}

TEST(AnswerCodec, KeepsWhatTheModelSaidThatWasNoAnswer) {
  const Result<Answer> outcome(Error{ErrorCode::kBadOutput, "not a number"});
  ASSERT_TRUE(IsKept(outcome));
  std::optional<Result<Answer>> decoded;
  ASSERT_TRUE(DecodeOutcome(EncodeOutcome(outcome), &decoded).ok());
  EXPECT_EQ(decoded->error().message, "not a number");
  EXPECT_FALSE(IsKept(Error{ErrorCode::kTooLong, ""}));
  EXPECT_FALSE(IsKept(Error{ErrorCode::kUnavailable, ""}));
}

TEST(AnswerCodec, DamagedBytesAreRefused) {
  for (const TaskValue& value : Values()) {
    const std::string bytes = EncodeOutcome(Answer{value, 0.5});
    std::optional<Result<Answer>> decoded;
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(DecodeOutcome(bytes.substr(0, size), &decoded).ok());
    }
    EXPECT_FALSE(DecodeOutcome(bytes + "x", &decoded).ok());
  }
  std::optional<Result<Answer>> decoded;
  EXPECT_FALSE(DecodeOutcome(std::string("?") + std::string(16, '\0'), &decoded).ok());
}

TEST(AnswerCodec, InputsOfSeveralArgumentsAreUnambiguous) {
  const std::vector<std::string> one{"1:a1:b"};
  const std::vector<std::string> left{"a1:", "b"};
  const std::vector<std::string> right{"a", "1:b"};
  EXPECT_EQ(EncodeInput(one), "1:a1:b");
  EXPECT_NE(EncodeInput(left), EncodeInput(right));
}

TEST(AnswerCodec, JsonIsForOtherPrograms) {
  EXPECT_EQ(OutcomeToJson(Answer{true, 0.5}), R"({"confidence":0.5,"value":true})");
  EXPECT_EQ(OutcomeToJson(Error{ErrorCode::kBadOutput, "no"}),
            R"({"error":"bad_output","message":"no"})");
}

}  // namespace
}  // namespace fathom
