#include "runtime/pattern.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(Pattern, RegexDescribesTheWholeAnswer) {
  const Pattern pattern = Pattern::FromRegex("(yes|no)( .{1,5})?").value();
  EXPECT_TRUE(pattern.Matches("yes"));
  EXPECT_TRUE(pattern.Matches("no \xE4\xB8\xAD"));
  EXPECT_FALSE(pattern.Matches("yes!"));
  EXPECT_FALSE(pattern.Matches(""));
}

TEST(Pattern, KeysTellPatternsApart) {
  EXPECT_EQ(Pattern::FromRegex("a").value().key(), Pattern::FromRegex("a").value().key());
  EXPECT_NE(Pattern::FromRegex("a").value().key(), Pattern::FromRegex("b").value().key());
}

TEST(Pattern, SchemasDescribeJson) {
  const Pattern pattern = Pattern::FromJsonSchema(R"({"type": "integer"})").value();
  EXPECT_TRUE(pattern.Matches("42"));
  EXPECT_FALSE(pattern.Matches("forty-two"));
}

TEST(Pattern, SaysWhatIsWrong) {
  EXPECT_EQ(Pattern::FromRegex("(").error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(Pattern::FromRegex("[]").error().message.find("no text matches"), std::string::npos);
  EXPECT_EQ(Pattern::FromJsonSchema("{}").error().code, ErrorCode::kUnsupported);
  const Result<Pattern> explodes =  // 2^40 states, none of which leads to a text short enough
      Pattern::FromJsonSchema(R"-({"pattern": "^[a-z]*a[a-z]{40}$", "maxLength": 40})-");
  ASSERT_FALSE(explodes.ok());
  EXPECT_NE(explodes.error().message.find("so many states"), std::string::npos);
}

}  // namespace
}  // namespace fathom
