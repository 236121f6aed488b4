#include "semantic/pii/topics.h"

#include <gtest/gtest.h>

#include <string>

namespace fathom {
namespace {

// The keywords of a text, each with its number as a topic.
std::string Keywords(std::string_view text) {
  std::string words;
  for (const TopicMark& mark : MarkTopics(text)) {
    words += std::string(text.substr(mark.begin, mark.end - mark.begin)) + ";";
  }
  return words;
}

TEST(Topics, EnglishKeywordsAreWholeWords) {
  EXPECT_EQ(Keywords("phone, telephone: 1"), "phone;telephone;");
  EXPECT_EQ(Keywords("saxophone phony recall caller border_order"), "");
  EXPECT_EQ(Keywords("tel0201 fax:1"), "tel;fax;");
}

TEST(Topics, TheLongestKeywordCounts) {
  const auto marks = MarkTopics("sort code, zip code, code");
  ASSERT_EQ(marks.size(), 3u);
  EXPECT_EQ(marks[0].topic, Topic::kAccount);
  EXPECT_EQ(marks[1].topic, Topic::kPostal);
  EXPECT_EQ(marks[2].topic, Topic::kOther);
}

TEST(Topics, ChineseKeywordsStandAnywhere) {
  EXPECT_EQ(Keywords("他的手机号码和订单号"), "手机;订单;");
  EXPECT_EQ(Keywords("请致电我"), "致电;");
}

TEST(Topics, BrokenTextHasNone) {
  EXPECT_EQ(Keywords(""), "");
  EXPECT_EQ(Keywords("\xE6\x89"), "");
  EXPECT_EQ(Keywords("phon"), "");
}

}  // namespace
}  // namespace fathom
