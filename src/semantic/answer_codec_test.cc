// Goal: what the ledger keeps comes back as it was, and damaged bytes are noticed.
// Method: every kind of value there and back; every prefix of its bytes must be refused.
#include "semantic/answer_codec.h"

#include <gtest/gtest.h>

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
          TextMap{{"price", "positive"}, {"", "mixed"}},
          JsonText{R"({"a": 1, "b": "很"})", {-.5, -1e-9}},
          JsonText{}};
}

TEST(AnswerCodec, EveryKindComesBack) {
  for (const TaskValue& value : Values()) {
    const Result<Result<Answer>> decoded = DecodeOutcome(EncodeOutcome(Answer{value, 0.1}));
    ASSERT_TRUE(decoded.ok());
    ASSERT_TRUE(decoded->ok());
    EXPECT_EQ((*decoded)->value, value);
    EXPECT_EQ((*decoded)->confidence, 0.1);
  }
}

TEST(AnswerCodec, KeepsWhatTheModelSaidThatWasNoAnswer) {
  for (const ErrorCode code : {ErrorCode::kBadOutput, ErrorCode::kDegenerateOutput,
                               ErrorCode::kTruncated, ErrorCode::kWrongLanguage}) {
    const Result<Answer> outcome(Error{code, "not a number"});
    ASSERT_TRUE(IsKept(outcome));
    const Result<Result<Answer>> decoded = DecodeOutcome(EncodeOutcome(outcome));
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->error().code, code);
    EXPECT_EQ(decoded->error().message, "not a number");
  }
  EXPECT_FALSE(IsKept(Error{ErrorCode::kDegenerateInput, ""}));
  EXPECT_FALSE(IsKept(Error{ErrorCode::kTooLong, ""}));
  EXPECT_FALSE(IsKept(Error{ErrorCode::kUnavailable, ""}));
}

TEST(AnswerCodec, DamagedBytesAreRefused) {
  for (const TaskValue& value : Values()) {
    const std::string bytes = EncodeOutcome(Answer{value, 0.5});
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(DecodeOutcome(bytes.substr(0, size)).ok());
    }
    EXPECT_FALSE(DecodeOutcome(bytes + "x").ok());
  }
  EXPECT_FALSE(DecodeOutcome(std::string("?") + std::string(16, '\0')).ok());
}

// Bytes that ledgers of earlier versions hold.
TEST(AnswerCodec, ReadsWhatWasWrittenBefore) {
  const std::string confidence = std::string("\0\0\0\0\0\0\xe0\x3f", 8);  // .5
  const std::string two = std::string("\2\0\0\0\0\0\0\0", 8);
  const Result<Result<Answer>> decoded = DecodeOutcome("t" + confidence + two + "ok");
  ASSERT_TRUE(decoded.ok() && decoded->ok());
  EXPECT_EQ((*decoded)->value, TaskValue(std::string("ok")));
  EXPECT_EQ((*decoded)->confidence, .5);
}

TEST(AnswerCodec, InputsOfSeveralArgumentsAreUnambiguous) {
  const std::vector<std::string> one{"1:a1:b"};
  const std::vector<std::string> left{"a1:", "b"};
  const std::vector<std::string> right{"a", "1:b"};
  EXPECT_EQ(EncodeInput(one), "1:a1:b");
  EXPECT_NE(EncodeInput(left), EncodeInput(right));
  for (const auto& args : {one, left, right})
    EXPECT_EQ(DecodeInput(EncodeInput(args), args.size()), args);
}

TEST(AnswerCodec, JsonIsForOtherPrograms) {
  EXPECT_EQ(OutcomeToJson(Answer{true, 0.5}), R"({"confidence":0.5,"value":true})");
  EXPECT_EQ(OutcomeToJson(Error{ErrorCode::kBadOutput, "no"}),
            R"({"error":"bad_output","message":"no"})");
  EXPECT_EQ(OutcomeToJson(Answer{JsonText{R"({"a": [1, null]})", {0, 0}}, 1}),
            R"({"confidence":1.0,"value":{"a":[1,null]}})");
}

}  // namespace
}  // namespace fathom
