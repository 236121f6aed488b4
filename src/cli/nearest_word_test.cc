#include "cli/nearest_word.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

const std::vector<std::string> kOptions = {"--format", "--model", "--threads", "--database", "-d"};

TEST(NearestWord, FindsWhatWasMeant) {
  EXPECT_EQ(NearestWord("--fromat", kOptions), "--format");   // swapped
  EXPECT_EQ(NearestWord("--formatt", kOptions), "--format");  // one too many
  EXPECT_EQ(NearestWord("--thread", kOptions), "--threads");  // one missing
  EXPECT_EQ(NearestWord("--data", kOptions), "--database");   // begins so, no other does
}

TEST(NearestWord, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(NearestWord("--zzzzzz", kOptions), std::nullopt);
  EXPECT_EQ(NearestWord("--", kOptions), std::nullopt);  // several begin so
  EXPECT_EQ(NearestWord("x", {}), std::nullopt);
}

}  // namespace
}  // namespace fathom
