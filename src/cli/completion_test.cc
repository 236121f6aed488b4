#include "cli/completion.h"

#include <gtest/gtest.h>

namespace fathom {
namespace {

const std::vector<std::string> kWords = {"ai_classify", "ai_complete", "ai_filter", "FROM",
                                         "SELECT",      "客户评论",    "客户订单"};

TEST(CompleteWord, InsertsTheRest) {
  EXPECT_EQ(CompleteWord("SELECT ai_f", kWords).insert, "ilter");
  EXPECT_EQ(CompleteWord("WHERE(ai_cl", kWords).insert, "assify");
  EXPECT_EQ(CompleteWord("SELECT * FROM 客户评", kWords).insert, "论");
}

TEST(CompleteWord, LettersOfEitherCase) {
  EXPECT_EQ(CompleteWord("AI_F", kWords).insert, "ILTER");
  EXPECT_EQ(CompleteWord("sel", kWords).insert, "ECT");
}

TEST(CompleteWord, StopsWhereChoicesPart) {
  EXPECT_EQ(CompleteWord("a", kWords).insert, "i_");
  EXPECT_EQ(CompleteWord("客", kWords).insert, "户");
  const Completion parted = CompleteWord("ai_c", kWords);
  EXPECT_EQ(parted.insert, "");
  EXPECT_EQ(parted.choices, (std::vector<std::string>{"ai_classify", "ai_complete"}));
}

TEST(CompleteWord, NothingToComplete) {
  EXPECT_EQ(CompleteWord("", kWords).insert, "");
  EXPECT_TRUE(CompleteWord("SELECT ", kWords).choices.empty());
  EXPECT_EQ(CompleteWord("zzz", kWords).insert, "");
  EXPECT_EQ(CompleteWord("ai_filter", kWords).insert, "");
}

}  // namespace
}  // namespace fathom
