// Goal: words are found where a reader would find them, and nothing is found that is not there.
// Method: texts, words and the part of the text that is expected.
#include "semantic/typed/text_finder.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

std::string Found(std::string_view text, std::string_view words, size_t from = 0) {
  const auto span = TextFinder(text).Find(words, from);
  return span ? std::string(text.substr(span->begin, span->end - span->begin)) : "nothing";
}

TEST(TextFinder, FindsTheWordsOrTheirLetters) {
  EXPECT_EQ(Found("a ACME Ltd. b", "ACME Ltd."), "ACME Ltd.");
  EXPECT_EQ(Found("18, JALAN\nSAGU  18", "jalan sagu 18"), "JALAN\nSAGU  18");
  EXPECT_EQ(Found("the (Sdn. Bhd) firm", "SDN BHD."), "Sdn. Bhd");
  EXPECT_EQ(Found("在北京 大学读书", "北京大学"), "北京 大学");
  EXPECT_EQ(Found("ÄRGER", "ärger"), "ÄRGER");
  EXPECT_EQ(Found("Ｎｏ．１２", "No. 12"), "Ｎｏ．１２");
  EXPECT_EQ(Found("see :-) there", ":-)"), ":-)");
}

TEST(TextFinder, WholeWordsComeFirst) {
  const std::string text = "party art";
  EXPECT_EQ(TextFinder(text).Find("art"), (TextSpan{6, 9}));
  EXPECT_EQ(TextFinder(text).Find("ART"), (TextSpan{6, 9}));
  EXPECT_EQ(TextFinder("party").Find("art"), (TextSpan{1, 4}));
  EXPECT_EQ(TextFinder("9556 55").Find("55"), (TextSpan{5, 7}));
  EXPECT_EQ(TextFinder("东京东").Find("京"), (TextSpan{3, 6}));
}

TEST(TextFinder, GoesOnFromAPlace) {
  EXPECT_EQ(TextFinder("tea and tea").Find("tea", 1), (TextSpan{8, 11}));
  EXPECT_EQ(TextFinder("tea and TEA").Find("tea", 1), (TextSpan{8, 11}));
  EXPECT_EQ(Found("tea", "tea", 1), "nothing");
}

TEST(TextFinder, FindsNothingElse) {
  EXPECT_EQ(Found("ACME", "ACME Inc"), "nothing");
  EXPECT_EQ(Found("", "x"), "nothing");
  EXPECT_EQ(Found("x", ""), "nothing");
  EXPECT_EQ(Found("a - b", "+"), "nothing");
}

}  // namespace
}  // namespace fathom
