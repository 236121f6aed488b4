#include "base/gram_index.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace fathom {
namespace {

std::optional<size_t> AddAll(GramIndex& index, const std::string& text) {
  std::optional<size_t> last;
  for (size_t size = 1; size <= text.size(); ++size) {
    last = index.Add(std::string_view(text).substr(0, size));
  }
  return last;
}

TEST(GramIndex, FindsTheLatestPlace) {
  GramIndex index;
  EXPECT_EQ(AddAll(index, "abcdefghijkl"), std::nullopt);
  GramIndex twice;
  EXPECT_EQ(AddAll(twice, "abcdefghijkl.abcdefghijkl,abcdefghijkl"), 25u);
}

TEST(GramIndex, OneCharacterOverAndOver) {
  GramIndex index;
  EXPECT_EQ(AddAll(index, std::string(13, 'a')), 12u);
}

// Method: random texts over two letters beside a search; what is found has to be the latest place,
// and hardly anything may be missed, although the table grows twice on the way.
TEST(GramIndex, AgreesWithSearch) {
  std::mt19937 random(7);
  std::string text;
  GramIndex index;
  size_t there = 0, missed = 0;
  for (int i = 0; i < 3000; ++i) {
    text += "ab"[random() % 2];
    const std::optional<size_t> found = index.Add(text);
    if (text.size() < GramIndex::kGramBytes + 1) continue;
    const std::string gram = text.substr(text.size() - GramIndex::kGramBytes);
    const size_t at = text.rfind(gram, text.size() - GramIndex::kGramBytes - 1);
    if (at == std::string::npos) {
      EXPECT_EQ(found, std::nullopt);
      continue;
    }
    ++there;
    if (found) EXPECT_EQ(*found, at + GramIndex::kGramBytes);
    missed += !found;
  }
  EXPECT_GT(there, 500u);
  EXPECT_LT(missed, there / 4);
}

}  // namespace
}  // namespace fathom
