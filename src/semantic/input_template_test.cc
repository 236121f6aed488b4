#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "semantic/task.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PromptTemplate, CutsConstantsAndSlots) {
  const auto parsed = ParsePromptTemplate("a {0} b{1}{0}", 2);
  ASSERT_TRUE(parsed.ok());
  EXPECT_THAT(parsed->constants, ElementsAre("a ", " b", "", ""));
  EXPECT_THAT(parsed->slots, ElementsAre(0, 1, 0));
  const std::vector<std::string> args{"x", "{1}"};  // a value is never parsed
  EXPECT_EQ(parsed->Render(args), "a x b{1}x");
}

TEST(PromptTemplate, DoubledBracesAreLiteral) {
  const auto parsed = ParsePromptTemplate("{{0}} {{{0}}}", 1);
  ASSERT_TRUE(parsed.ok());
  const std::vector<std::string> args{"x"};
  EXPECT_EQ(parsed->Render(args), "{0} {x}");
}

TEST(PromptTemplate, WithoutPlaceholders) {
  const auto parsed = ParsePromptTemplate("hello", 0);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->Render({}), "hello");
}

struct BadTemplate {
  const char* text;
  size_t args;
  const char* message;
};

TEST(PromptTemplate, ErrorsSayWhatAndWhere) {
  for (const BadTemplate& bad : std::vector<BadTemplate>{
           {"好 {1}", 1,
            "placeholder {1}, but there is 1 argument, the last is {0} at character 3"},
           {"{0} {7}", 2, "placeholder {7}, but there are 2 arguments, the last is {1}"},
           {"{0}", 0, "placeholder {0}, but there are 0 arguments at character 1"},
           {"{0} }", 1, "'}' without '{' (write '}}' for a literal brace) at character 5"},
           {"a {0", 1, "'{' without '}' (write '{{' for a literal brace) at character 3"},
           {"{name}", 1, "'{name}' is not a placeholder like {0}"},
           {"{}", 1, "'{}' is not a placeholder like {0}"},
           {"{-1}", 1, "'{-1}' is not a placeholder like {0}"},
           {"{99999999999999999999999}", 1, "is not a placeholder like {0}"},
           {"{0}", 2, "argument 2 is not used; write {1} into the template"}}) {
    const auto parsed = ParsePromptTemplate(bad.text, bad.args);
    ASSERT_FALSE(parsed.ok()) << bad.text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(parsed.error().message, HasSubstr(bad.message));
  }
}

}  // namespace
}  // namespace fathom
