// Goal: a JSON text and its tree say the same, with every value's place; what is no JSON is
// refused. Method: texts there and back, places cut out of the text again, broken texts.
#include "semantic/typed/json_tree.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

TEST(JsonTree, ComesBackAsItWasWritten) {
  for (const std::string text :
       {R"({"a": 1, "b": [2, -3.50, {"c": null}], "d": {}})", R"("很好 \"x\"\n")", "true", "[]",
        R"({"": "", "日期": "2024-01-02"})", "123456789012345678901234567890.10"}) {
    const Result<JsonNode> root = ParseJsonTree(text);
    ASSERT_TRUE(root.ok()) << text;
    EXPECT_EQ(WriteJsonTree(*root), text);
  }
}

TEST(JsonTree, KnowsWhereItsValuesStand) {
  const std::string text = R"({"name": "a, \"b\"", "list": [10, "x"], "none": null})";
  const Result<JsonNode> root = ParseJsonTree(text);
  ASSERT_TRUE(root.ok());
  std::vector<std::string> cut;
  for (const JsonNode* leaf : Leaves(*root)) {
    cut.push_back(text.substr(leaf->begin, leaf->end - leaf->begin));
  }
  EXPECT_EQ(cut, (std::vector<std::string>{R"("a, \"b\"")", "10", R"("x")", "null"}));
  EXPECT_EQ(root->children[0].text, R"(a, "b")");
  EXPECT_EQ(root->children[0].key_end, text.find(':') + 1);
  EXPECT_EQ(root->children[1].key, "list");
  EXPECT_TRUE(root->children[2].is_null());
}

TEST(JsonTree, RefusesWhatIsNotJson) {
  for (const std::string text : {"", "{", "{\"a\"}", "{\"a\":}", "[1,]", "nul", "1 2", "\"x",
                                 "\"\\", "{\"a\": 1", "'x'", "[1 2]", "{1: 2}", "\"\n\"", "01"}) {
    EXPECT_FALSE(ParseJsonTree(text).ok()) << text;
  }
  EXPECT_FALSE(ParseJsonTree(std::string(100000, '[')).ok());
  EXPECT_EQ(ParseJsonTree("[x]").error().code, ErrorCode::kBadOutput);
}

}  // namespace
}  // namespace fathom
