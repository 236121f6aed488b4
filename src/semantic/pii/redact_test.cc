#include "semantic/pii/redact.h"

#include <gtest/gtest.h>

#include <vector>

namespace fathom {
namespace {

TEST(Redact, ReplacesSpansAndNothingElse) {
  const std::vector<PiiSpan> spans{
      {0, 2, PiiCategory::kName}, {2, 3, PiiCategory::kEmail}, {5, 6, PiiCategory::kCnId}};
  EXPECT_EQ(Redact("abc\r\nd", spans), "[NAME][EMAIL]\r\n[CN_ID]");
  EXPECT_EQ(Redact("abc", {}), "abc");
  EXPECT_EQ(Redact("", {}), "");
}

TEST(RedactDeathTest, SpansMustBeInOrderAndDisjoint) {
  const std::vector<PiiSpan> overlapping{{0, 2}, {1, 3}};
  EXPECT_DEATH(Redact("abc", overlapping), "copied");
  const std::vector<PiiSpan> outside{{0, 4}};
  EXPECT_DEATH(Redact("abc", outside), "size");
}

}  // namespace
}  // namespace fathom
