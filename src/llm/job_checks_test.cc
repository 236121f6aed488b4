#include "llm/job_checks.h"

#include <gtest/gtest.h>

#include <cmath>

namespace fathom {
namespace {

std::string Message(const Status& status) { return status.ok() ? "" : status.error().message; }

TEST(CheckLabels, NamesWhatIsWrong) {
  using Labels = std::vector<ScoreLabel>;
  EXPECT_EQ(Message(CheckLabels(Labels{{{"yes", "Yes"}}, {{"no"}}})), "");
  EXPECT_EQ(Message(CheckLabels(Labels{})), "scoring needs at least 2 labels, got 0");
  EXPECT_EQ(Message(CheckLabels(Labels{{{"yes"}}})), "scoring needs at least 2 labels, got 1");
  EXPECT_EQ(Message(CheckLabels(Labels{{{"yes"}}, {}})), "label 2 has no spelling");
  EXPECT_EQ(Message(CheckLabels(Labels{{{"yes"}}, {{"no", ""}}})), "label 2 has an empty spelling");
  EXPECT_EQ(Message(CheckLabels(Labels{{{"a"}}, {{"b"}}, {{"c", "a"}}})),
            "labels 1 and 3 share the spelling 'a'");
  EXPECT_EQ(Message(CheckLabels(Labels{{{"a", "a"}}, {{"b"}}})), "");
}

TEST(CheckGenerateOptions, NamesWhatIsWrong) {
  EXPECT_EQ(Message(CheckGenerateOptions({})), "");
  EXPECT_EQ(Message(CheckGenerateOptions({.max_tokens = 0})),
            "max_tokens must be at least 1, got 0");
  EXPECT_NE(Message(CheckGenerateOptions({.temperature = -1})), "");
  EXPECT_NE(Message(CheckGenerateOptions({.temperature = NAN})), "");
  EXPECT_EQ(Message(CheckGenerateOptions({.stop = {""}})), "a stop string is empty");
  const auto pattern = std::make_shared<const Pattern>(Pattern::FromRegex("a").value());
  EXPECT_EQ(Message(CheckGenerateOptions({.pattern = pattern})), "");
  EXPECT_NE(Message(CheckGenerateOptions({.stop = {"x"}, .pattern = pattern})), "");
}

TEST(RowTooLong, CarriesTheNumbers) {
  EXPECT_EQ(RowTooLong(9120, 8012, 8192).message,
            "row has 9,120 tokens, room for 8,012 of the context's 8,192; shorten it, or set "
            "'on_long': 'truncate'");
}

TEST(WithThousands, Groups) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1000), "1,000");
  EXPECT_EQ(WithThousands(1234567), "1,234,567");
  EXPECT_EQ(WithThousands(-123456), "-123,456");
}

}  // namespace
}  // namespace fathom
