#include "semantic/text_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "semantic/fake_model.h"

namespace fathom {
namespace {

using ::testing::ElementsAre;

using Texts = std::vector<std::string>;

// The fake counts a token a byte.
Texts Parts(const Texts& texts, int64_t tokens, size_t texts_min = 1) {
  FakeModel model;
  return PartsOf(model, texts, tokens, texts_min).value();
}

TEST(TextParts, AsManyTextsAsFit) {
  EXPECT_THAT(Parts({"aaaa", "bbbb", "cccc"}, 14), ElementsAre("- aaaa\n- bbbb\n", "- cccc\n"));
  EXPECT_THAT(Parts({"aaaa", "bbbb"}, 100), ElementsAre("- aaaa\n- bbbb\n"));
  EXPECT_TRUE(Parts({}, 100).empty());
}

TEST(TextParts, AtLeastSoMany) {
  EXPECT_THAT(Parts({"aaaa", "bbbb", "cccc"}, 8, 2), ElementsAre("- aaaa\n- bbbb\n", "- cccc\n"));
}

TEST(TextParts, LongTextsAreCutBetweenWordsAndLoseNothing) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "word" + std::to_string(i) + (i % 7 == 0 ? "好的。" : " ");
  std::string together;
  for (const std::string& part : Parts({text}, 40)) {
    ASSERT_EQ(part.substr(0, 2), "- ");
    EXPECT_LE(part.size(), 43u);
    together += part.substr(2, part.size() - 3);
  }
  EXPECT_EQ(together, text);
  EXPECT_GT(Parts({std::string(1000, 'x')}, 10).size(), 90u);
}

TEST(TextParts, ReadsAJsonArray) {
  EXPECT_THAT(ReadTexts(R"(["a", "b\"c"])").value(), ElementsAre("a", "b\"c"));
  EXPECT_TRUE(ReadTexts("[]").value().empty());
  for (const char* other : {"", "{}", "[1]", "[null]", "[\"a\""}) {
    EXPECT_EQ(ReadTexts(other).error().code, ErrorCode::kInvalidArgument) << other;
  }
}

}  // namespace
}  // namespace fathom
